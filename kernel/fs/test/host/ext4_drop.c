/* A disk that loses what was not flushed. Files are changed at random; at any request the disk may be cut off, and what is on it
 * then is all that was flushed and any part of what was not. Mounted again, it has what fsync() and its like
 * promised, and no file has what was another's. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

#define NAMES	10
#define MOST	50000
#define STEPS	120
#define JUNK	0xee	/* what freed blocks hold */

/* What a name stands for. CHANGED: what no promise is about, as it changed since. */
struct kept {
	bool there, changed, resized, revalued;
	long size;
	u32 value;		/* of an attribute; 0: none */
	u8 data[MOST], touched[MOST];
};

struct pending { u64 sector; u32 sectors; u8 *data; };

/* The disk, cut off. */
struct cut {
	u8 *disk;
	struct kept files[NAMES];
};

static u64 state, requests, cut_at;	/* 0: never */
static bool cut_anywhere;		/* else before something is flushed, when the most can be lost */
static u8 *stable, *current_disk;
static u64 disk_size;
static struct pending *pending;
static u32 pending_count, pending_room;
static struct kept now[NAMES];
static struct cut *cut;

static u32 rnd(u32 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 20) % n;
}

/* TORN: any part. The superblock, of two sectors, is written whole: half of one is beyond what ext4 has a remedy for. */
static void put(u8 *disk, const struct pending *p, bool torn)
{
	for (u32 i = 0; i < p->sectors; i += 2)
		if (!torn || rnd(2))
			memcpy(disk + (p->sector + i) * 512, p->data + i * 512, 1024);
}

static void flush(void)
{
	for (u32 i = 0; i < pending_count; i++) {
		put(stable, &pending[i], false);
		free(pending[i].data);
	}
	pending_count = 0;
}

/* All of what was not flushed, nothing, the first of it, any requests of it, or any parts of these. */
static void lose(u8 *disk)
{
	u32 kind = rnd(5), chance = 1 + rnd(9), count = kind == 2 ? rnd(pending_count + 1) : pending_count;

	memcpy(disk, stable, disk_size);
	for (u32 i = 0; i < count && kind; i++)
		if (kind < 3 || rnd(10) < chance)
			put(disk, &pending[i], kind == 4);
}

static void cut_now(void)
{
	cut = malloc(sizeof(*cut));
	cut->disk = malloc(disk_size);
	lose(cut->disk);
	memcpy(cut->files, now, sizeof(now));
}

static int device_request(struct block_device *d, u32 type, u64 sector, void *buf, u32 len)
{
	if (cut_at && ++requests >= cut_at && !cut && (type == BLOCK_FLUSH || cut_anywhere))
		cut_now();
	if (type == BLOCK_FLUSH) {
		flush();
		return 0;
	}
	if (sector > d->sectors || len / 512 > d->sectors - sector)
		return -EIO;
	if (type != BLOCK_WRITE) {
		memcpy(buf, current_disk + sector * 512, len);
		return 0;
	}
	memcpy(current_disk + sector * 512, buf, len);
	if (pending_count == pending_room)
		pending = realloc(pending, (pending_room = pending_room * 2 + 64) * sizeof(*pending));
	pending[pending_count] = (struct pending){ sector, len / 512, malloc(len) };
	memcpy(pending[pending_count++].data, buf, len);
	return 0;
}

/* All that there is now is promised. */
static void promised(void)
{
	for (u32 i = 0; i < NAMES; i++) {
		now[i].changed = now[i].resized = now[i].revalued = false;
		memset(now[i].touched, 0, MOST);
	}
}

static const char *path_of(u32 i)
{
	static char path[2][40];
	static u32 turn;
	char *p = path[turn++ % 2];

	ksnprintf(p, sizeof(path[0]), "/mnt/f%u", i);
	return p;
}

static void forget(struct kept *f, long from, long to)
{
	for (long i = from; i < min(to, (long)MOST); i++)
		f->touched[i] = 1;
}

/* sync(2), whose way to file systems is not linked here. */
static void sync_all(void)
{
	klock();
	for (struct file_system *t = file_systems; t; t = t->next)
		if (t->sync)
			t->sync(false);
	kunlock();
}

static void sync_some(long fd)
{
	switch (rnd(3)) {
	case 0:
		EXPECT(SYS(74, fd), 0);
		break;
	case 1:
		EXPECT(SYS(75, fd), 0);
		break;
	default:
		sync_all();
	}
	promised();
}

static void write_some(struct kept *f, u32 i)
{
	static u8 data[MOST];
	bool dsync = rnd(12) == 0;
	long at = rnd(2) ? rnd(MOST) : f->size, n = 1 + rnd(rnd(3) ? 3000 : 30000);

	at = min(at, (long)MOST - 1);
	n = min(n, MOST - at);
	memset(data, 1 + rnd(200), n);
	forget(f, at, at + n);
	f->resized |= at + n > f->size;
	f->changed |= !f->there;
	long fd = SYS(2, path_of(i), O_RDWR | O_CREAT | (dsync ? O_DSYNC : 0), 0644);
	long r = SYS(18, fd, data, n, at);
	if (r < 0 && r != -ENOSPC)
		EXPECT(r, n);
	f->there = fd >= 0;
	if (r > 0) {
		memcpy(f->data + at, data, r);
		f->size = max(f->size, at + r);
	}
	if (dsync && r > 0)
		promised();
	else if (rnd(5) == 0)
		sync_some(fd);
	SYS(3, fd);
}

static void truncate_some(struct kept *f, u32 i)
{
	long size = rnd(MOST);

	if (!f->there)
		return;
	f->resized = true;
	forget(f, min(size, f->size), MOST);
	EXPECT(SYS(76, path_of(i), size), 0);
	if (size < f->size)
		memset(f->data + size, 0, f->size - size);
	f->size = size;
}

static void allocate_some(struct kept *f, u32 i)
{
	static const int modes[] = { 1, 3, 17 };
	long at = rnd(MOST), n = min(1 + (long)rnd(20000), MOST - at), fd = SYS(2, path_of(i), O_RDWR);
	int mode = modes[rnd(3)];

	if (!f->there)
		return;
	if (mode != 1)
		forget(f, at, at + n);
	long r = SYS(285, fd, mode, at, n);
	if (mode != 1 && !r)
		memset(f->data + at, 0, min(n, max(f->size - at, 0L)));
	if (r && r != -ENOSPC)
		EXPECT(r, 0);
	SYS(3, fd);
}

static void rename_some(u32 i)
{
	u32 k = rnd(NAMES);

	if (!now[i].there || i == k)
		return;
	now[i].changed = now[k].changed = true;
	EXPECT(SYS(82, path_of(i), path_of(k)), 0);
	now[k] = now[i];
	now[i] = (struct kept){ .changed = true };
}

static void remove_some(u32 i)
{
	now[i].changed = true;
	EXPECT(SYS(87, path_of(i)), now[i].there ? 0 : -ENOENT);
	now[i] = (struct kept){ .changed = true };
}

static void value_some(struct kept *f, u32 i)
{
	u32 value = 1 + rnd(1000);

	if (!f->there)
		return;
	f->revalued = true;
	long r = SYS(188, path_of(i), "user.value", &value, 4, 0);
	if (!r)
		f->value = value;
	else
		EXPECT(r, -ENOSPC);
}

static void step(void)
{
	u32 i = rnd(NAMES);

	switch (rnd(10)) {
	case 0:
		remove_some(i);
		break;
	case 1:
		rename_some(i);
		break;
	case 2:
		truncate_some(&now[i], i);
		break;
	case 3:
		value_some(&now[i], i);
		break;
	case 4:
		allocate_some(&now[i], i);
		break;
	default:
		write_some(&now[i], i);
	}
}

/* Whether NAME is what was promised; what changed since may be either. It is the model from now on. */
static void check_name(struct kept *f, u32 i)
{
	static u8 data[MOST];
	long fd = SYS(2, path_of(i), O_RDONLY), n = 0;
	u32 value = 0;

	if (!f->changed)
		EXPECT(fd >= 0, f->there);
	if (fd >= 0) {
		memset(data, 0, sizeof(data));
		n = SYS(0, fd, data, MOST);
		EXPECT(n >= 0, true);
		if (SYS(193, fd, "user.value", &value, 4) != 4)
			value = 0;
		SYS(3, fd);
	}
	if (!f->changed && !f->resized)
		EXPECT(n, f->size);
	if (!f->changed && !f->revalued)
		EXPECT(value, f->value);
	long wrong = 0, junk = 0;
	for (long k = 0; k < n; k++) {
		wrong += !f->changed && !f->touched[k] && k < f->size && data[k] != f->data[k];
		junk += data[k] == JUNK;
	}
	EXPECT(wrong, 0);
	EXPECT(junk, 0);
	*f = (struct kept){ .there = fd >= 0, .size = n, .value = value };
	memcpy(f->data, data, n);
}

static void save(const char *dir, unsigned long number, const char *what, const u8 *disk)
{
	char name[200];

	ksnprintf(name, sizeof(name), "%s/%lu.%s", dir, number, what);
	long fd = syscall(2, name, 0101, 0600);
	for (u64 done = 0; done < disk_size; done += 4096) {
		static const u8 zeroes[4096];
		u64 part = min(disk_size - done, 4096UL);
		if (memcmp(disk + done, zeroes, part))
			EXPECT(syscall(18, fd, disk + done, part, done), part);
	}
	EXPECT(syscall(77, fd, disk_size), 0);
	syscall(3, fd);
}

static void start_from(const u8 *disk)
{
	flush();
	memcpy(stable, disk, disk_size);
	memcpy(current_disk, disk, disk_size);
}

/* What is free has held something. */
static void make_junk(void)
{
	u8 *data = malloc(1 << 16);
	long fd = SYS(2, "/mnt/junk", O_RDWR | O_CREAT, 0600);

	memset(data, JUNK, 1 << 16);
	while (SYS(1, fd, data, 1 << 16) > 0)
		;
	SYS(74, fd);
	SYS(3, fd);
	EXPECT(SYS(87, "/mnt/junk"), 0);
	sync_all();
	free(data);
}

/* Changes until it is cut off. ROUND 0 fills the disk before. */
static void change_until_cut(unsigned long round)
{
	EXPECT(SYS(165, "/dev/vdb", "/mnt", "ext4", 0, ""), 0);
	if (!round)
		make_junk();
	requests = 0;
	cut_at = 1 + rnd(400);
	cut_anywhere = !rnd(4);
	for (u32 i = 0; i < STEPS && !cut && !failures; i++)
		step();
	if (!cut)
		cut_now();
	EXPECT(SYS(166, "/mnt", 0), 0);
}

int test_ext4_drop(struct block_device *d, void *disk, u64 size, unsigned long seed, unsigned long rounds, const char *dir)
{
	disk_size = size;
	stable = malloc(size);
	current_disk = disk;
	memcpy(stable, disk, size);
	d->request = device_request;
	d->max_bytes = 128 * 1024;
	d->flush = true;
	state = seed * 0x9e3779b97f4a7c15 + 1;
	for (unsigned long i = 0; i < rounds && !failures; i++) {
		change_until_cut(i);
		memcpy(now, cut->files, sizeof(now));
		save(dir, i, "cut", cut->disk);
		start_from(cut->disk);
		free(cut->disk);
		free(cut);
		cut = NULL;
		/* The replay may be cut off, too. */
		requests = 0;
		cut_at = rnd(3) ? 0 : 1 + rnd(8);
		EXPECT(SYS(165, "/dev/vdb", "/mnt", "ext4", 0, ""), 0);
		if (cut) {
			EXPECT(SYS(166, "/mnt", 0), 0);
			start_from(cut->disk);
			free(cut->disk);
			free(cut);
			cut = NULL;
			EXPECT(SYS(165, "/dev/vdb", "/mnt", "ext4", 0, ""), 0);
		}
		cut_at = 0;
		for (u32 k = 0; k < NAMES; k++)
			check_name(&now[k], k);
		EXPECT(SYS(166, "/mnt", 0), 0);
		save(dir, i, "mounted", current_disk);
		flush();
		if (failures)
			printf("seed %lu, round %lu\n", seed, i);
	}
	free(stable);
	return 0;
}
