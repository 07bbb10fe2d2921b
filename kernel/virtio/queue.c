/* Split virtqueues (virtio 1.2, section 2.7). The device writes only the used
 * ring; what it writes there is checked before it is believed. */
#include "kernel.h"
#include "virtio.h"

#define QUEUE_MAX	128	/* so that all three parts fit in one page */
#define DESC_F_NEXT	1
#define DESC_F_WRITE	2
#define AVAIL_F_NO_INTERRUPT 1

struct virtqueue *virtqueue_create(struct virtio_device *d, unsigned index, void (*done)(struct virtqueue *q))
{
	unsigned size = index < VIRTIO_MAX_QUEUES ? d->transport->queue_max(d, index) : 0;
	struct virtqueue *q = kzalloc(sizeof(*q));
	char *page = page_alloc();

	size = min(size, (unsigned)QUEUE_MAX);
	if (!size || size & (size - 1) || !q || !page || !(q->cookies = kzalloc(size * sizeof(void *)))) {
		if (page)
			page_put(page);
		kfree(q);
		return NULL;
	}
	q->device = d;
	q->index = index;
	q->size = q->free_count = size;
	q->done = done;
	q->desc = (void *)page;
	q->avail = (void *)(page + size * sizeof(struct virtq_desc));
	q->used = (void *)align_up((u64)&q->avail->ring[size + 1], 4ul);
	for (unsigned i = 0; i < size; i++)
		q->desc[i].next = i + 1;
	d->queues[index] = q;
	d->transport->queue_start(d, q);
	return q;
}

/* Section 2.4: a reset device lets go of all memory, once it says that it is reset. */
void virtio_stop(struct virtio_device *d)
{
	d->transport->set_status(d, 0);
	d->transport->get_status(d);
	for (unsigned i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		struct virtqueue *q = d->queues[i];
		if (!q)
			continue;
		d->queues[i] = NULL;
		page_put(q->desc);
		kfree(q->cookies);
		kfree(q);
	}
}

int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *b, unsigned n, void *cookie)
{
	unsigned head = q->free_head, i = head;

	if (!n || n > q->free_count)
		return -EAGAIN;
	for (unsigned k = 0; k < n; k++) {
		struct virtq_desc *d = &q->desc[i];
		d->addr = virt_to_phys(b[k].addr);
		d->len = b[k].len;
		d->flags = (b[k].device_writes ? DESC_F_WRITE : 0) | (k + 1 < n ? DESC_F_NEXT : 0);
		i = d->next;
	}
	q->free_head = i;
	q->free_count -= n;
	q->cookies[head] = cookie;
	q->avail->ring[q->avail->idx % q->size] = head;
	__atomic_store_n(&q->avail->idx, q->avail->idx + 1, __ATOMIC_RELEASE);
	return 0;
}

int virtqueue_add_one(struct virtqueue *q, void *addr, u32 len, bool device_writes, void *cookie)
{
	struct virtio_buffer b = { addr, len, device_writes };

	return virtqueue_add(q, &b, 1, cookie);
}

void virtqueue_kick(struct virtqueue *q)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	q->device->transport->notify(q->device, q);
}

/* Gives the descriptors of the chain at HEAD back. The chain is ours: NEXT and
 * FLAGS were written by virtqueue_add, but lie in memory that the device could
 * have changed, so the walk is bounded. */
static bool free_chain(struct virtqueue *q, unsigned head)
{
	unsigned i = head, n = 1;

	while (q->desc[i].flags & DESC_F_NEXT) {
		i = q->desc[i].next;
		if (i >= q->size || ++n > q->size)
			return false;
	}
	q->desc[i].next = q->free_head;
	q->free_head = head;
	q->free_count += n;
	return true;
}

void *virtqueue_take(struct virtqueue *q, u32 *len)
{
	if (__atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) == q->last_used)
		return NULL;
	u32 id = q->used->ring[q->last_used % q->size].id;
	*len = q->used->ring[q->last_used % q->size].len;
	q->last_used++;
	void *cookie = id < q->size ? q->cookies[id] : NULL;	/* NULL: it was not given that one */
	if (!cookie || !free_chain(q, id))
		panic("virtio device %u broke its queue %u at descriptor %u", q->device->id, q->index, id);
	q->cookies[id] = NULL;
	return cookie;
}

void virtqueue_interrupts(struct virtqueue *q, bool on)
{
	__atomic_store_n(&q->avail->flags, on ? 0 : AVAIL_F_NO_INTERRUPT, __ATOMIC_SEQ_CST);
}
