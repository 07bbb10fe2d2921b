/* The device (virtio 1.2, section 5.1's type 9; its own text is the 9P transport of Linux and QEMU): one queue,
 * in which a request and room for its reply are one chain. */
#include "p9.h"

#define F_MOUNT_TAG	1
#define MIN_QUEUE	4	/* descriptors: a request has at most so many */
#define SPIN_NS		50000	/* many replies come sooner than a halt and an interrupt would take */
#define ERRNO_MAX	133	/* Linux's last one */

bool sched_others_ready(void);

static struct channel *channels;
static bool alone;

void p9_channels_alone(void)
{
	alone = true;
}

struct channel *p9_channel_find(const char *tag)
{
	struct channel *c = channels;

	while (c && strcmp(c->tag, tag))
		c = c->next;
	return c;
}

static bool queue_request(struct channel *c, struct request *r)
{
	struct virtio_buffer v[MIN_QUEUE];
	u32 n = 0, written = r->data.addr && !r->data.device_writes ? r->data.len : 0;

	r->slot = __builtin_ctzl(~c->tags);
	r->tag = r->type == TVERSION ? NOTAG : r->slot;
	struct message head = { r->out.data, HEADER };
	msg_put(&head, 4, r->out.at + written);
	msg_put(&head, 1, r->type);
	msg_put(&head, 2, r->tag);
	v[n++] = (struct virtio_buffer){ r->out.data, r->out.at, false };
	if (written)
		v[n++] = r->data;
	v[n++] = (struct virtio_buffer){ r->in.data, r->in.size, true };
	if (r->data.addr && !written)
		v[n++] = r->data;
	if (virtqueue_add(c->queue, v, n, r))
		return false;
	c->tags |= 1UL << r->slot;
	return true;
}

/* Requests go in the order in which they came. */
static void push(struct channel *c)
{
	bool any = false;

	while (!list_empty(&c->pending) && ~c->tags) {
		struct request *r = list_first(&c->pending, struct request, link);
		if (!queue_request(c, r))
			break;
		list_remove(&r->link);
		any = true;
	}
	if (any)
		virtqueue_kick(c->queue);
}

static void collect(struct virtqueue *q)
{
	struct channel *c = q->device->data;
	struct request *r;
	bool any = false;
	u32 len;

	while ((r = virtqueue_take(q, &len))) {
		c->tags &= ~(1UL << r->slot);
		r->got = len;
		r->done = any = true;
		if (r->clunked)
			p9_fid_free(r->clunked);
	}
	if (any) {
		push(c);
		wake_all(&c->waiting);
	}
}

void p9_request_send(struct request *r)
{
	struct channel *c = r->channel;

	r->done = false;
	list_append(&c->pending, &r->link);
	collect(c->queue);
	push(c);
}

/* With nothing else to do, looking at the ring is faster than sleeping. */
static void wait_for(struct channel *c, struct request *r)
{
	ns_t limit = now_monotonic() + SPIN_NS;

	while (!r->done && (alone || (!sched_others_ready() && now_monotonic() < limit))) {
		__builtin_ia32_pause();
		collect(c->queue);
	}
	while (!r->done) {
		virtqueue_interrupts(c->queue, true);
		collect(c->queue);
		if (!r->done)
			wait_on(&c->waiting, FOREVER, false);
	}
	if (list_empty(&c->waiting.threads))
		virtqueue_interrupts(c->queue, false);
}

/* The reply's header, which says no more than the device wrote. Data has a buffer of its own, of which IN is the rest. */
static int check_reply(struct request *r)
{
	struct message *m = &r->in;
	u32 room = m->size + (r->data.addr && r->data.device_writes ? r->data.len : 0);
	u32 size = msg_get(m, 4);
	u8 type = msg_get(m, 1);
	u16 tag = msg_get(m, 2);

	if (r->got < HEADER || size < HEADER || size > min(r->got, room) || tag != r->tag)
		return -EIO;
	m->size = min(m->size, size);
	r->got = size;
	if (type == r->type + 1)
		return 0;
	u32 error = msg_get(m, 4);
	if (type != RLERROR || m->bad || !error || error > ERRNO_MAX)
		return -EIO;
	r->refused = true;
	return -(int)error;
}

int p9_request_run(struct request *r)
{
	if (r->out.bad)
		return -ENAMETOOLONG;
	p9_request_send(r);
	wait_for(r->channel, r);
	return check_reply(r);
}

struct request *p9_request_new(struct channel *c, u8 type, u32 out, u32 in)
{
	u32 room = HEADER + max(in, 4u);	/* Rlerror has 4 */
	struct request *r = kmalloc(sizeof(*r) + HEADER + out + room);

	if (!r)
		return NULL;
	u8 *buffer = (u8 *)(r + 1);
	*r = (struct request){ .channel = c, .type = type, .out = { buffer, HEADER + out, HEADER },
		.in = { buffer + HEADER + out, room } };
	memset(r->in.data, 0, room);
	return r;
}

int p9_request_end(struct request *r, int err)
{
	if (!err && r->in.bad)
		err = -EIO;
	kfree(r);
	return err;
}

/* Fields of one byte are read as such (virtio 1.2, section 4.2.2.2). */
static void read_tag(struct channel *c)
{
	volatile u8 *config = (volatile u8 *)c->device->config;
	u32 len = min((u32)*(volatile u16 *)config, (u32)TAG_MAX);

	for (u32 i = 0; i < len; i++)
		c->tag[i] = config[2 + i];
}

int p9_probe(struct virtio_device *d)
{
	struct channel *c = kzalloc(sizeof(*c)), **end = &channels;
	u64 features;

	if (!c)
		return -ENOMEM;
	c->device = d;
	c->waiting = (struct waitq)WAITQ_INIT(c->waiting);
	list_init(&c->pending);
	d->data = c;
	int err = virtio_start(d, F_MOUNT_TAG, &features);
	if (!err && !(features & F_MOUNT_TAG))
		err = -ENODEV;
	if (!err) {
		c->queue = virtqueue_create(d, 0, collect);
		if (!c->queue || c->queue->size < MIN_QUEUE)
			err = -ENOMEM;
	}
	if (err) {
		kfree(c);
		return err;
	}
	virtqueue_interrupts(c->queue, false);
	virtio_driver_ok(d);
	read_tag(c);
	while (*end)
		end = &(*end)->next;
	*end = c;
	return 0;
}
