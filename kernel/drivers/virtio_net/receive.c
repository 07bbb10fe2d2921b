/* What comes in (virtio 1.2, section 5.1.6.3). A buffer is a struct packet, of which the reader may get the whole: nothing is
 * copied on the way to it. With VIRTIO_NET_F_MRG_RXBUF a frame may take several. */
#include "net.h"

#define LARGE		(32768 - (u32)PACKET_OVERHEAD)	/* with MRG_RXBUF; of the heap's sizes one */
#define LARGE_COUNT	32
#define SMALL		(2048 - (u32)PACKET_OVERHEAD)	/* a frame of 1514 bytes */
#define HEADER_AT	(CARD_ROOM - CARD_HEADER)

static struct virtqueue *rx;
static struct list frame = LIST_INIT(frame);	/* the buffers of one that is not complete */
static u32 frame_len, missing_buffers;
static bool frame_checked;
static u32 room, missing;
static u16 told;

static void post(struct packet *p)
{
	virtqueue_add_one(rx, p->data + HEADER_AT, room - HEADER_AT, true, p);
}

static void refill(void)
{
	struct packet *p;

	for (; missing && (p = inet_packet(room)); missing--)
		post(p);
	if (rx->avail->idx == told)
		return;
	event_kick(rx, told);
	told = rx->avail->idx;
}

bool receive_start(struct virtqueue *q)
{
	rx = q;
	told = q->avail->idx;
	/* a frame must fit where it cannot be in pieces */
	u32 least = CARD_ROOM + 14 + 4 + net_card.link.mtu;
	room = net_features & F_MRG_RXBUF ? (net_features & (F_GUEST_TSO4 | F_GUEST_TSO6) || least > SMALL ? LARGE : SMALL) : max(least, SMALL);
	missing = room > SMALL ? min(rx->size, (unsigned)LARGE_COUNT) : rx->size;
	refill();
	return missing < rx->size;
}

/* A frame of one buffer that is small for it gets one of its size: the large one is worth more than a copy. */
static bool shrink(struct packet **p)
{
	struct packet *small = (*p)->len <= room / 4 ? inet_packet(CARD_ROOM + (*p)->len) : NULL;

	if (!small)
		return false;
	memcpy(small->data + CARD_ROOM, (*p)->data + CARD_ROOM, (*p)->len);
	small->start = CARD_ROOM;
	small->len = (*p)->len;
	post(*p);
	*p = small;
	return true;
}

static void drop_frame(void)
{
	while (!list_empty(&frame)) {
		struct packet *p = list_first(&frame, struct packet, link);
		list_remove(&p->link);
		kfree(p);
	}
}

/* The first buffer of a frame. False: there is none. */
static bool begin(struct packet *p, u32 len)
{
	struct net_header h;

	memcpy(&h, p->data + HEADER_AT, sizeof(h));
	__asm__ volatile("" ::: "memory");	/* read once: the device could change it */
	u32 n = net_features & F_MRG_RXBUF ? h.buffers : 1;
	if (len < CARD_HEADER || !n || n > rx->size)
		return false;
	missing_buffers = n;
	frame_len = 0;
	frame_checked = net_features & F_GUEST_CSUM && h.flags & (NEEDS_CSUM | DATA_VALID);
	p->start = CARD_ROOM;
	p->len = len - CARD_HEADER;
	return true;
}

/* LEN comes from the device. */
static void take_in(struct packet *p, u32 len)
{
	bool first = !missing_buffers;

	len = min(len, room - HEADER_AT);
	if (!first) {
		p->start = HEADER_AT;
		p->len = len;
	} else if (!begin(p, len)) {
		post(p);
		return;
	}
	frame_len += p->len;
	if (!(first && missing_buffers == 1 && room > SMALL && shrink(&p)))
		missing++;
	list_append(&frame, &p->link);
	if (--missing_buffers)
		return;
	if (frame_len < 14 || frame_len > CARD_FRAME_MAX) {
		drop_frame();
		return;
	}
	net_card.link.packets[0]++;
	net_card.link.bytes[0] += frame_len;
	card_received(&frame, frame_len, frame_checked);
}

bool receive_collect(void)
{
	struct packet *p;
	bool any = false;
	u32 len;

	event_off(rx);
	do {
		for (; (p = virtqueue_take(rx, &len)); any = true) {
			take_in(p, len);
			if (missing >= rx->size / 4)
				refill();
		}
		refill();
	} while (!event_on(rx, 0));
	return any;
}
