/* A virtio block device and its driver in one program. A notification serves
 * the queue at once. The device fails the test when a request breaks what it
 * said of itself; the test compares what is read with a second copy. */
#include "block_dev.h"
#include "cpu.h"
#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "virtio.h"

void *host_arena(unsigned long size);
void host_gs(void *p);		/* where GS points */
unsigned host_random(unsigned below);
_Noreturn void host_fail(const char *what, long value);
#define EXPECT(got, want) do { long got_ = (long)(got), want_ = (long)(want); if (got_ != want_) host_fail(__FILE__ ": " #got, got_); } while (0)

/* Memory: pieces of a page's power of two, from stacks by size. */
#define ARENA	(64ul << 20)
#define ORDERS	7

static char *arena;
static u64 used;
static void *free_pages[ORDERS];
static long in_use;

void *pages_alloc(unsigned order, bool zeroed)
{
	void **p = order < ORDERS ? free_pages[order] : NULL;

	if (order > 2 && host_random(4) == 0)
		return NULL;	/* memory is short */
	if (p)
		free_pages[order] = *p;
	else if (used + (PAGE_SIZE << order) > ARENA)
		host_fail("memory leaks", used);
	else {
		p = (void *)(arena + used);
		used += PAGE_SIZE << order;
	}
	in_use++;
	return memset(p, zeroed ? 0 : 0xa5, PAGE_SIZE << order);
}

void pages_free(void *p, unsigned order)
{
	*(void **)p = free_pages[order];
	free_pages[order] = p;
	in_use--;
}

void page_put(void *p) { pages_free(p, 0); }
void *kmalloc(size_t size) { return pages_alloc(0, false); }
void *kzalloc(size_t size) { return pages_alloc(0, true); }
void kfree(void *p) { pages_free(p, 0); }

/* The rest of the kernel. */
struct cpu boot_cpu;
struct cpu *cpus[MAX_CPUS] = { &boot_cpu };
unsigned cpu_count = 1;
struct block_device *root_device;
int sectors_read(struct block_device *d, u64 sector, void *buf, u64 bytes) { host_fail("no disk is in memory", sector); }
static struct thread kernel_thread = { .self = &kernel_thread, .cpu = &boot_cpu };
extern const struct driver drv_virtio_blk;

bool sched_others_ready(void) { return false; }
ns_t now_monotonic(void) { static ns_t t; return t += 1000; }
ns_t now_realtime(void) { return 0; }
void waitq_init(struct waitq *q) { *q = (struct waitq)WAITQ_INIT(*q); }
void wake_all(struct waitq *q) {}
int wait_on(struct waitq *q, ns_t deadline, bool interruptible) { host_fail("it sleeps, and nobody would wake it", 0); }
size_t user_copy(void *to, const void *from, size_t n) { memcpy(to, from, n); return n; }
bool user_ok(const void *p, size_t len, int prot) { return true; }
void kprintf(const char *f, ...) {}
void panic(const char *f, ...) { host_fail(f, 0); }
void text_printf(struct text *t, const char *f, ...) {}

s64 seek_to(struct file *f, s64 offset, int whence, s64 size)
{
	return f->pos = offset + (whence == SEEK_CUR ? (s64)f->pos : whence == SEEK_END ? size : 0);
}

/* The device. */
#define BYTES	(1u << 20)
#define F_SIZE_MAX	(1u << 1)
#define F_SEG_MAX	(1u << 2)
#define F_BLK_SIZE	(1u << 6)
#define F_FLUSH		(1u << 9)
#define F_DISCARD	(1u << 13)
#define F_WRITE_ZEROES	(1u << 14)

static u8 medium[BYTES], copy[BYTES];
static u32 conf[32];
static u64 offered;
static unsigned queue_size, flushes;
static u64 taken;
static bool fails;		/* requests end with an error now and then */

static u64 get_features(struct virtio_device *d) { return offered | 1ul << 32; }
static void set_features(struct virtio_device *d, u64 f) { taken = f; }
static u8 get_status(struct virtio_device *d) { return 15; }
static void set_status(struct virtio_device *d, u8 status) {}
static unsigned queue_max(struct virtio_device *d, unsigned i) { return i ? 0 : queue_size; }
static void queue_start(struct virtio_device *d, struct virtqueue *q) {}
static void interrupt_start(struct virtio_device *d) {}

static u32 block_size(void)
{
	u32 n = conf[5];

	return taken & F_BLK_SIZE && n >= 512 && n <= 4096 && !(n & (n - 1)) ? n : 512;
}

static u8 carry_out(u32 type, u64 sector, struct virtq_desc *d, unsigned n)
{
	u64 at = sector * 512, len = 0;

	for (unsigned i = 0; i < n; i++)
		len += d[i].len;
	switch (type) {
	case BLOCK_READ:
	case BLOCK_WRITE:
		if (sector > BYTES / 512 || len > BYTES - at)
			host_fail("a request reaches over the end", sector);
		if (at % block_size() || len % block_size() || !len)
			host_fail("a request is no whole blocks", len);
		for (unsigned i = 0; i < n; at += d[i++].len) {
			if (taken & F_SIZE_MAX && d[i].len > conf[2])
				host_fail("a segment is too long", d[i].len);
			if ((d[i].flags & 2) != (type == BLOCK_READ ? 2 : 0))
				host_fail("a segment goes the wrong way", i);
			if (type == BLOCK_READ)
				memcpy(phys_to_virt(d[i].addr), medium + at, d[i].len);
			else
				memcpy(medium + at, phys_to_virt(d[i].addr), d[i].len);
		}
		if (n > 1 && (!(taken & F_SEG_MAX) || n > conf[3]))
			host_fail("a request has too many segments", n);
		return 0;
	case BLOCK_FLUSH:
		if (n || !(taken & F_FLUSH))
			host_fail("a flush with data, or none that was offered", n);
		flushes++;
		return 0;
	case BLOCK_DISCARD:
	case BLOCK_ZEROES: {
		struct block_range r;
		if (n != 1 || d->len != sizeof(r) || sector)
			host_fail("a range is not one", len);
		memcpy(&r, phys_to_virt(d->addr), sizeof(r));
		if (r.sector > BYTES / 512 || r.sectors > BYTES / 512 - r.sector || r.sectors > conf[type == BLOCK_DISCARD ? 9 : 12])
			host_fail("a range is too long", r.sectors);
		if (!(taken & (type == BLOCK_DISCARD ? F_DISCARD : F_WRITE_ZEROES)))
			host_fail("a request that was not offered", type);
		memset(medium + r.sector * 512, 0, r.sectors * 512ul);
		return 0;
	}
	}
	host_fail("type", type);
}

static void notify(struct virtio_device *dev, struct virtqueue *q)
{
	static u16 seen;
	struct virtq_desc chain[256];
	struct { u32 type, reserved; u64 sector; } header;

	for (seen = q->used->idx; seen != q->avail->idx; seen++) {
		u16 head = q->avail->ring[seen % q->size], i = head;
		unsigned n = 0;
		do
			chain[n] = q->desc[i];
		while (i = q->desc[i].next, chain[n++].flags & 1);
		if (n < 2 || chain[0].len != 16 || chain[n - 1].len != 1 || !(chain[n - 1].flags & 2))
			host_fail("a request without header or status", n);
		memcpy(&header, phys_to_virt(chain[0].addr), 16);
		u8 status = fails && host_random(8) == 0 ? 1 + host_random(255) :
			carry_out(header.type, header.sector, chain + 1, n - 2);
		*(u8 *)phys_to_virt(chain[n - 1].addr) = status;
		q->used->ring[seen % q->size].id = head;
		q->used->ring[seen % q->size].len = host_random(2) ? 1 : ~0u;	/* nobody may rely on it */
		q->used->idx++;
	}
}

static const struct virtio_transport transport = {
	get_features, set_features, get_status, set_status, queue_max, queue_start, notify, interrupt_start,
};
static struct virtio_device device;

static struct disk_node *attach(int *err)
{
	struct block_device *before = root_device;

	device = (struct virtio_device){ .transport = &transport, .id = VIRTIO_ID_BLOCK, .config = conf };
	conf[0] = BYTES / 512;
	root_device = NULL;
	*err = drv_virtio_blk.probe(&device);
	if (*err) {
		root_device = before;
		return NULL;
	}
	/* One node is enough: disks do not go away. */
	static struct disk_node node;
	node = (struct disk_node){ .disk = root_device, .block_size = max(root_device->block_size, SECTOR) };
	waitq_init(&node.turn);
	return &node;
}

static void check_all(void)
{
	for (u32 i = 0; i < BYTES; i++)
		if (medium[i] != copy[i])
			host_fail("the medium differs at", i);
}

static void use(struct disk_node *k, unsigned rounds)
{
	static u8 buf[300000];
	struct file f = { .data = k, .flags = O_RDWR };
	unsigned long range[2];

	if (fails)
		memcpy(copy, medium, BYTES);
	while (rounds--) {
		u64 pos = host_random(BYTES), n = host_random(host_random(3) ? 3000 : sizeof(buf)), start = pos;
		u64 can = min(n, BYTES - pos);
		long r;
		switch (host_random(8)) {
		case 0:
			range[0] = align_down(pos, (u64)k->block_size);
			range[1] = align_down(can, (u64)k->block_size);
			r = disk_ioctl(&f, 0x1277 + (host_random(2) ? 8 : 0), (unsigned long)range);
			if (!r)
				memset(copy + range[0], 0, range[1]);
			else if (r != -EOPNOTSUPP && (r != -EIO || !fails))
				host_fail("clear", r);
			break;
		case 1:
			r = disk_flush(k);
			if (r && (r != -EIO || !fails))
				host_fail("flush", r);
			break;
		case 2: case 3: case 4:
			for (u64 i = 0; i < n; i++)
				buf[i] = host_random(256);
			r = disk_write(&f, buf, n, &pos);
			if (r != (long)can && !fails)
				host_fail("write", r);
			if (r > 0)
				memcpy(copy + start, buf, r);
			EXPECT(pos, start + max(r, 0l));
			break;
		default:
			r = disk_read(&f, buf, n, &pos);
			if (r != (long)can && !fails)
				host_fail("read", r);
			if (r > 0 && !fails && memcmp(buf, copy + start, r))
				host_fail("what was read differs", start);
			EXPECT(pos, start + max(r, 0l));
		}
		if (fails)
			memcpy(copy, medium, BYTES);	/* a part may have been written */
	}
	check_all();
	u8 *page = pages_alloc(0, false);
	if (!fails) {
		EXPECT(root_device->read(root_device, 8, page, 8), 0);
		EXPECT(memcmp(page, copy + 4096, 4096), 0);
	}
	pages_free(page, 0);
	EXPECT(k->writers, 0);
}

static void begin(void)
{
	if (!arena) {
		arena = host_arena(ARENA);
		if (!arena)
			host_fail("no memory", 0);
		for (u32 i = 0; i < BYTES; i++)
			medium[i] = copy[i] = host_random(256);
	}
	host_gs(&kernel_thread);
}

void test_limits(void)
{
	static const struct { u32 size_max, seg_max, block, max_discard, max_zeroes; unsigned queue; } rows[] = {
		{ 1 << 20, 126, 512, 8192, 8192, 128 },
		{ 4096, 1, 512, 8, 8, 8 },
		{ 512, 1, 512, 1, 1, 8 },
		{ 700, 3, 512, 7, 9, 16 },
		{ 513, 40, 4096, 64, 64, 256 },
		{ 4096, 4, 4096, 15, 1, 8 },
		{ 1 << 20, 126, 2048, 0, 0, 128 },
		{ ~0u, ~0u, 1024, ~0u, ~0u, 64 },
	};
	int err;

	begin();
	for (unsigned i = 0; i < array_len(rows); i++)
		for (fails = false;; fails = true) {
			offered = F_SIZE_MAX | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | F_DISCARD | F_WRITE_ZEROES;
			conf[2] = rows[i].size_max;
			conf[3] = rows[i].seg_max;
			conf[5] = rows[i].block;
			conf[9] = rows[i].max_discard;
			conf[12] = rows[i].max_zeroes;
			conf[14] = 1;
			queue_size = rows[i].queue;
			struct disk_node *k = attach(&err);
			EXPECT(err, 0);
			EXPECT(k->block_size, rows[i].block);
			long before = in_use;
			use(k, 150);
			EXPECT(in_use, before);
			if (fails)
				break;
		}
	/* What cannot work is refused. */
	static const struct { u32 size_max, seg_max, block; unsigned queue; } bad[] = {
		{ 0, 1, 512, 128 }, { 511, 1, 512, 128 }, { 1000, 4, 4096, 128 }, { 4096, 1, 512, 2 }, { 4096, 1, 512, 4 }, { 4096, 1, 512, 0 }, { 4096, 1, 512, 3 },
	};
	for (unsigned i = 0; i < array_len(bad); i++) {
		conf[2] = bad[i].size_max;
		conf[3] = bad[i].seg_max;
		conf[5] = bad[i].block;
		queue_size = bad[i].queue;
		attach(&err);
		if (!err)
			host_fail("a device that cannot work was taken", i);
	}
	/* Without features there is a plain disk. */
	offered = 0;
	queue_size = 128;
	fails = false;
	for (unsigned i = 1; i < array_len(conf); i++)
		conf[i] = ~0u;
	conf[1] = 0;
	use(attach(&err), 150);
	EXPECT(err, 0);
	EXPECT(taken & ~(1ul << 32), 0);
}

/* Whatever the device says of itself: it is refused, or used within what it said. */
void test_random(void)
{
	int err, ok = 0;

	begin();
	for (unsigned round = 0; round < 300; round++) {
		offered = host_random(1 << 15) & ~(1u << 5);
		for (unsigned i = 2; i < array_len(conf); i++)
			conf[i] = host_random(3) ? host_random(3) ? 1u << host_random(32) : host_random(10000) : ~0u >> host_random(32);
		queue_size = 1u << host_random(9);
		fails = host_random(2);
		struct disk_node *k = attach(&err);
		if (k) {
			use(k, 20);
			ok++;
		}
		if (used > ARENA / 2) {	/* devices stay attached for good */
			used = 0;
			memset(free_pages, 0, sizeof(free_pages));
		}
	}
	if (ok < 50)
		host_fail("hardly any device was taken", ok);
}
