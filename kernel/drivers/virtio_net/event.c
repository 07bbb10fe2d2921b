/* When device and driver tell each other of buffers (virtio 1.2, sections 2.7.7 and 2.7.10). */
#include "net.h"

#define USED_F_NO_NOTIFY 1

static volatile u16 *used_event(struct virtqueue *q) { return &q->avail->ring[q->size]; }
static volatile u16 *avail_event(struct virtqueue *q) { return (volatile u16 *)&q->used->ring[q->size]; }

void event_kick(struct virtqueue *q, u16 before)
{
	u16 now = q->avail->idx;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (net_features & F_EVENT_IDX) {
		if ((u16)(now - *avail_event(q) - 1) >= (u16)(now - before))
			return;
	} else if (__atomic_load_n(&q->used->flags, __ATOMIC_RELAXED) & USED_F_NO_NOTIFY) {
		return;
	}
	virtqueue_kick(q);
}

/* With VIRTIO_F_EVENT_IDX there is no off: the number to wait for is one that comes last. */
void event_off(struct virtqueue *q)
{
	if (net_features & F_EVENT_IDX)
		*used_event(q) = q->last_used - 1;
	else
		virtqueue_interrupts(q, false);
}

bool event_on(struct virtqueue *q, u16 after)
{
	if (net_features & F_EVENT_IDX)
		*used_event(q) = q->last_used + after;
	else
		virtqueue_interrupts(q, true);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return (u16)(__atomic_load_n(&q->used->idx, __ATOMIC_ACQUIRE) - q->last_used) <= after;
}
