/* Virtio entropy device (virtio 1.2, section 5.4). Started at the first
 * request: where the CPU has RDRAND there may never be one. */
#include "driver.h"
#include "entropy.h"
#include "kernel.h"
#include "virtio.h"

static struct virtio_device *device;
static struct virtqueue *queue;
static struct waitq waiting = WAITQ_INIT(waiting);
static u8 *page;
static u32 got;
static bool busy;

static void collect(struct virtqueue *q)
{
	u32 len;

	if (virtqueue_take(q, &len)) {
		got = min(len, (u32)PAGE_SIZE);
		busy = false;
		wake_all(&waiting);
	}
}

static int start(void)
{
	u64 features;
	int err = device ? virtio_start(device, 0, &features) : -ENODEV;

	if (!device)
		return err;
	if (!err) {
		page = page_alloc();
		queue = virtqueue_create(device, 0, collect);
		err = page && queue ? 0 : -ENOMEM;
	}
	if (!err) {
		virtio_driver_ok(device);
		return 0;
	}
	kfree(page);
	page = NULL;
	queue = NULL;
	virtio_stop(device);
	return err;
}

int entropy_read(void *buf, size_t n)
{
	int err = queue ? 0 : start();

	for (size_t done = 0; !err && done < n; done += got) {
		busy = true;
		err = virtqueue_add_one(queue, page, min(n - done, (size_t)PAGE_SIZE), true, page);
		if (err)
			break;
		virtqueue_kick(queue);
		while (busy)
			wait_on(&waiting, FOREVER, false);
		got = min(got, (u32)(n - done));
		if (!got)
			return -EIO;
		memcpy((u8 *)buf + done, page, got);
	}
	return err;
}
IMPLEMENT(entropy_read);

static int probe(struct virtio_device *d)
{
	if (!device)
		device = d;
	return 0;
}

DRIVER(virtio_rng, VIRTIO_ID_ENTROPY, probe);
