/* Probes that fail: every virtio driver, with a device that is broken in each of several ways, and with memory that
 * runs out at each allocation. What they took is free afterwards, and the device is reset before that. */
#include "driver.h"
#include "kernel.h"
#include "virtio.h"

int puts(const char *s);
int printf(const char *f, ...);
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void free(void *p);
void exit(int status);
void *aligned_alloc(size_t alignment, size_t n);

static long in_use, left = -1;	/* allocations that will still do; -1: all */

static bool refused(void)
{
	return left >= 0 && left-- == 0;
}

static void *take(void *p)
{
	in_use++;
	return p;
}

void *kzalloc(size_t n) { return refused() ? NULL : take(calloc(1, n)); }
void *kmalloc(size_t n) { return kzalloc(n); }
void *pages_alloc(unsigned order, bool zeroed)
{
	return refused() ? NULL : take(memset(aligned_alloc(PAGE_SIZE, PAGE_SIZE << order), 0, PAGE_SIZE << order));
}
void kfree(void *p)
{
	in_use -= p != NULL;
	free(p);
}
void page_put(void *p) { kfree(p); }
void pages_free(void *p, unsigned order) { kfree(p); }

unsigned cpu_count = 2;
struct block_device *root_device;
void *console;
static char *console_words;
const char *cmdline_get(const char *key, unsigned i) { return !strcmp(key, "uk.console") ? console_words : NULL; }
void kprintf(const char *f, ...) {}
void panic(const char *f, ...) { puts(f); exit(1); }
void waitq_init(struct waitq *q) { *q = (struct waitq)WAITQ_INIT(*q); }
void wake_all(struct waitq *q) {}
struct thread *thread_create_endless(void (*fn)(void *), void *arg, const char *name)
{
	static struct thread t;

	return refused() ? NULL : &t;
}
void thread_hide(struct thread *t) {}
void *packet_new(u32 n) { return NULL; }
ns_t now_monotonic(void) { return 0; }

/* The device. */
static unsigned max_queue;
static u64 offered;
static u8 status, kept_status = 0xff;
static u32 config[64] = { [0 ... 63] = 4096 };

static u64 get_features(struct virtio_device *d) { return offered; }
static void set_features(struct virtio_device *d, u64 f) {}
static u8 get_status(struct virtio_device *d) { return status & kept_status; }
static void set_status(struct virtio_device *d, u8 s) { status = s; }
static unsigned queue_max(struct virtio_device *d, unsigned i) { return max_queue; }
static void nothing(struct virtio_device *d, struct virtqueue *q) {}
static void interrupt_start(struct virtio_device *d) {}
static const struct virtio_transport transport = {
	get_features, set_features, get_status, set_status, queue_max, nothing, nothing, interrupt_start,
};

extern const struct driver drv_virtio_blk, drv_virtio_console, drv_virtio_rng, drv_virtio_balloon, drv_virtio_vsock;
int p9_probe(struct virtio_device *d);
static const struct driver drv_virtio_9p = { "virtio_9p", VIRTIO_ID_9P, p9_probe };
static const struct driver *driver;
const struct driver *driver_find(u32 id) { return driver; }
int entropy_read(void *buf, size_t n);

static struct virtio_device *d;

static bool works(void)
{
	u8 byte;
	long before = in_use;

	*d = (struct virtio_device){ .transport = &transport, .id = driver->id, .config = config };
	virtio_attach(d);
	if (driver == &drv_virtio_rng)	/* starts when it is asked */
		entropy_read(&byte, 0);
	for (unsigned i = 0; i < VIRTIO_MAX_QUEUES; i++)
		if (d->queues[i])
			return true;
	if (in_use != before) {
		printf("%s: %ld pieces of memory stay in use\n", driver->name, in_use - before);
		exit(1);
	}
	if (status) {
		printf("%s: the device is not reset\n", driver->name);
		exit(1);
	}
	return false;
}

static void refuses(const char *what)
{
	if (works()) {
		printf("%s: takes a device with %s\n", driver->name, what);
		exit(1);
	}
}

static void check(const struct driver *drv)
{
	driver = drv;
	d = calloc(1, sizeof(*d));	/* which the driver keeps */
	offered = ~0UL;
	for (max_queue = 0; max_queue < 4; max_queue += 3)
		refuses(max_queue ? "a queue of three" : "no queue");
	max_queue = 128;
	kept_status = ~8;
	refuses("features that it does not want");
	kept_status = 0xff;
	offered = 0;
	refuses("the old interface");
	offered = ~0UL;
	bool done = false;
	for (long n = 0; n < 100 && !done; n++) {
		left = n;
		done = works();
	}
	left = -1;
	if (!done && !works()) {
		printf("%s: does not work with a good device\n", driver->name);
		exit(1);
	}
}

int main(void)
{
	check(&drv_virtio_rng);
	check(&drv_virtio_blk);
	check(&drv_virtio_balloon);
	check(&drv_virtio_9p);
	check(&drv_virtio_vsock);
	console_words = "1:2";
	check(&drv_virtio_console);
	puts("SUCCESS");
}
