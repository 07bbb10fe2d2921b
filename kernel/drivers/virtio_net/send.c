/* What goes out: a chain of descriptors for each frame, the header (section 5.1.6.2) and those of the protocols in the
 * first. */
#include "net.h"

static struct virtqueue *tx;
static u16 told;		/* tx->avail->idx when the device was last told */
static bool wanted;		/* somebody waits for room */

void send_start(struct virtqueue *q)
{
	tx = q;
	told = q->avail->idx;
	event_off(q);
}

static u16 in_flight(void) { return tx->avail->idx - tx->last_used; }

static bool take_done(void)
{
	void *cookie;
	bool any = false;
	u32 len;

	for (; (cookie = virtqueue_take(tx, &len)); any = true)
		card_sent(cookie);
	return any;
}

bool send_collect(void)
{
	bool any = false;

	do {
		any |= take_done();
		if (wanted && tx->free_count >= tx->size / 2) {
			wanted = false;
			event_off(tx);
			card_has_room();
		}
	} while (wanted && !event_on(tx, in_flight() / 2));
	return any;
}

/* False: there is none, and an interrupt will tell when half of the queue is free. */
bool net_room(void)
{
	while (tx->free_count < CARD_PIECES) {
		net_kick();
		if (take_done())
			continue;
		wanted = true;
		if (event_on(tx, in_flight() / 2))
			return false;
	}
	return true;
}

static void fill(struct net_header *h, const struct card_work *w)
{
	*h = (struct net_header){ 0 };
	if (!w->checksum_from)
		return;
	h->flags = NEEDS_CSUM;
	h->checksum_start = w->checksum_from;
	h->checksum_offset = w->checksum_at;
	if (!w->mss)
		return;
	h->gso_type = w->six ? GSO_TCPV6 : GSO_TCPV4;
	h->gso_size = w->mss;
	h->header_len = w->headers;
}

bool net_send(const struct card_piece *v, unsigned n, const struct card_work *w, void *cookie)
{
	struct virtio_buffer b[CARD_PIECES];
	struct net_header *h = (void *)((u8 *)v[0].data - CARD_HEADER);

	if (n > CARD_PIECES || !net_room())
		return false;
	fill(h, w);
	for (unsigned k = 0; k < n; k++) {
		b[k] = (struct virtio_buffer){ v[k].data, v[k].len, false };
		net_card.link.bytes[1] += v[k].len;
	}
	b[0].addr = h;
	b[0].len += CARD_HEADER;
	net_card.link.packets[1]++;
	return !virtqueue_add(tx, b, n, cookie);
}

void net_kick(void)
{
	if (tx->avail->idx == told)
		return;
	event_kick(tx, told);
	told = tx->avail->idx;
}
