/* The metadata of a rofs image: read at mount in few large requests. */
#include "kernel.h"
#include "rofs.h"

#define CHUNK	(1UL << CHUNK_SHIFT)

int rofs_meta_load(struct rofs *fs, u64 block, u64 blocks)
{
	u64 bytes = blocks * ROFS_BLOCK, n = (bytes + CHUNK - 1) / CHUNK;

	fs->meta_bytes = bytes;
	fs->shift = fs->dev->mapped ? 63 : CHUNK_SHIFT;
	if (fs->dev->mapped)
		n = 1;
	if (!(fs->chunks = kzalloc(n * sizeof(*fs->chunks))))
		return -ENOMEM;
	if (fs->dev->mapped) {
		fs->chunks[0] = (const u8 *)fs->dev->mapped + block * ROFS_BLOCK;
		return 0;
	}
	for (u64 i = 0; i < n; i++) {
		u64 part = min(bytes - i * CHUNK, CHUNK);
		unsigned order = 0;
		while ((u64)PAGE_SIZE << order < part)
			order++;
		void *p = pages_alloc(order, false);
		if (!p)
			return -ENOMEM;
		fs->chunks[i] = p;
		int err = fs->dev->read(fs->dev, block + i * (CHUNK / ROFS_BLOCK), p, part / ROFS_BLOCK);
		if (err)
			return err;
	}
	return 0;
}

int rofs_meta(struct rofs *fs, u64 offset, void *buf, u64 n)
{
	if (offset > fs->meta_bytes || n > fs->meta_bytes - offset)
		return -EINVAL;
	while (n) {
		u64 in = offset & ((1UL << fs->shift) - 1);
		u64 part = min(n, (1UL << fs->shift) - in);
		memcpy(buf, fs->chunks[offset >> fs->shift] + in, part);
		buf = (u8 *)buf + part;
		offset += part;
		n -= part;
	}
	return 0;
}
