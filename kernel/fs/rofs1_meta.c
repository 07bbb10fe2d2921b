/* The metadata of a rofs image of version 1: read at mount in few large requests. */
#include "kernel.h"
#include "rofs1.h"

#define CHUNK	(1UL << CHUNK_SHIFT)

int rofs1_meta_load(u64 block, u64 blocks)
{
	u64 bytes = blocks * ROFS1_BLOCK, n = (bytes + CHUNK - 1) / CHUNK;

	rofs1.meta_bytes = bytes;
	rofs1.shift = rofs_device->mapped ? 63 : CHUNK_SHIFT;
	if (rofs_device->mapped)
		n = 1;
	if (!(rofs1.chunks = kzalloc(n * sizeof(*rofs1.chunks))))
		return -ENOMEM;
	if (rofs_device->mapped) {
		rofs1.chunks[0] = (const u8 *)rofs_device->mapped + block * ROFS1_BLOCK;
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
		rofs1.chunks[i] = p;
		int err = rofs_device->read(rofs_device, block + i * (CHUNK / ROFS1_BLOCK), p, part / ROFS1_BLOCK);
		if (err)
			return err;
	}
	return 0;
}

int rofs1_meta(u64 offset, void *buf, u64 n)
{
	if (offset > rofs1.meta_bytes || n > rofs1.meta_bytes - offset)
		return -EINVAL;
	while (n) {
		u64 in = offset & ((1UL << rofs1.shift) - 1);
		u64 part = min(n, (1UL << rofs1.shift) - in);
		memcpy(buf, rofs1.chunks[offset >> rofs1.shift] + in, part);
		buf = (u8 *)buf + part;
		offset += part;
		n -= part;
	}
	return 0;
}
