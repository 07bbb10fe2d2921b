/* A card that says anything: virtio_net's queues, and lwIP behind them, on the host. Nobody sleeps here. */
#include "../../inet_lwip/lwip.h"
#include "../../../drivers/virtio_net/net.h"
#include "../host/sockets.h"
#include "af_inet.h"

/* --- the kernel around them --- */
static ns_t now = 1000000000;
u64 mem_total_pages = 65536;
ns_t now_monotonic(void) { return now; }
bool capable(int c) { return true; }
void kprintf(const char *fmt, ...) {}
const char *cmdline_get(const char *key, unsigned i) { return !i && !strcmp(key, "ip") ? "10.0.0.2::10.0.0.1:255.255.255.0" : NULL; }
static struct thread no_thread;
struct thread *thread_create_endless(void (*fn)(void *), void *arg, const char *name) { return &no_thread; }
void thread_hide(struct thread *t) {}
void lwip_assert_failed(const char *what) { host_fail(what); }

/* --- the device: two queues, of which the test has the other end --- */
u64 net_features;
struct net_card net_card = { .send = net_send, .room = net_room, .kick = net_kick };
static void poll(void) { receive_collect(); send_collect(); }

#define SIZE	128
struct ring {
	struct virtqueue q;
	struct virtq_avail *avail;
	struct virtq_used *used;
	struct { void *cookie, *addr[CARD_PIECES]; u32 len[CARD_PIECES], n; bool busy; } slots[SIZE];
};
static struct ring rings[2];

int virtqueue_add(struct virtqueue *q, const struct virtio_buffer *b, unsigned n, void *cookie)
{
	struct ring *r = container_of(q, struct ring, q);

	if (n > q->free_count)
		return -EAGAIN;
	for (u32 k = 0; k < SIZE; k++) {
		if (r->slots[k].busy)
			continue;
		r->slots[k].busy = true;
		r->slots[k].cookie = cookie;
		r->slots[k].n = n;
		for (u32 i = 0; i < n; i++) {
			r->slots[k].addr[i] = b[i].addr;
			r->slots[k].len[i] = b[i].len;
			if (r == &rings[1])	/* the device reads all of it */
				for (u32 j = 0; j < b[i].len; j++)
					seed += ((volatile u8 *)b[i].addr)[j];
		}
		q->free_count -= n;
		q->avail->idx++;
		return 0;
	}
	return -EAGAIN;
}

int virtqueue_add_one(struct virtqueue *q, void *addr, u32 len, bool device_writes, void *cookie)
{
	struct virtio_buffer b = { addr, len, device_writes };

	return virtqueue_add(q, &b, 1, cookie);
}

/* What the device has used: one that it was given, of a length that it makes up. */
static struct { u32 slot, len; } done[2][SIZE];
static u32 done_count[2];

void *virtqueue_take(struct virtqueue *q, u32 *len)
{
	struct ring *r = container_of(q, struct ring, q);
	u32 k = r - rings;

	if (!done_count[k])
		return NULL;
	u32 slot = done[k][0].slot;
	*len = done[k][0].len;
	memmove(done[k], done[k] + 1, --done_count[k] * sizeof(done[k][0]));
	q->last_used++;
	q->free_count += r->slots[slot].n;
	r->slots[slot].busy = false;
	return r->slots[slot].cookie;
}
void virtqueue_kick(struct virtqueue *q) {}
void virtqueue_interrupts(struct virtqueue *q, bool on) {}

static void use(u32 k, u32 slot, u32 len)
{
	done[k][done_count[k]].slot = slot;
	done[k][done_count[k]++].len = len;
	rings[k].used->idx++;
	rings[k].slots[slot].busy = true;
}

static bool waits(u32 k, u32 slot)
{
	for (u32 i = 0; i < done_count[k]; i++)
		if (done[k][i].slot == slot)
			return true;
	return !rings[k].slots[slot].busy;
}

static u32 free_slot(u32 k)
{
	for (u32 tries = 0; tries < 400; tries++) {
		u32 slot = any(SIZE);
		if (!waits(k, slot))
			return slot;
	}
	return SIZE;
}

/* --- frames --- */
static u8 frame[70000];
static u32 sequence, acknowledged;
static u16 their_port = 5000;

static void put16(u8 *p, u32 v) { p[0] = v >> 8; p[1] = v; }
static void put32(u8 *p, u32 v) { put16(p, v >> 16); put16(p + 2, v); }

/* A frame to the guest of something like a protocol that it knows; its length. */
static u32 make(void)
{
	u32 n = any(3) ? any(1600) : any(4) ? any(20000) : 60000 + any(5000), payload;
	u8 *ip = frame + 14, *t;
	bool six = !any(3);

	memset(frame, 0, 200);
	memcpy(frame, any(10) ? (any(8) ? net_card.link.mac : (const u8 *)"\377\377\377\377\377\377") : (const u8 *)"\63\63\0\0\0\1", 6);
	memcpy(frame + 6, "\2\0\0\0\0\1", 6);
	if (!any(12)) {		/* ARP, or noise */
		put16(frame + 12, any(3) ? 0x806 : any(65536));
		put16(ip, 1);
		put16(ip + 2, 0x800);
		ip[4] = 6, ip[5] = 4;
		put16(ip + 6, 1 + any(3));
		put32(ip + 14, 0x0a000001 + any(3));
		put32(ip + 24, 0x0a000002);
		return any(4) ? 42 + any(30) : any(60);
	}
	put16(frame + 12, six ? 0x86dd : 0x800);
	u8 protocol = any(4) ? 6 : any(2) ? 17 : six ? 58 : 1;
	if (six) {
		ip[0] = 0x60;
		put16(ip + 4, any(20) ? n : any(65536));
		ip[6] = any(12) ? protocol : any(2) ? 44 : any(70);
		ip[7] = 255;
		ip[8] = 0xfe, ip[9] = 0x80, ip[23] = 1;
		memcpy(ip + 24, any(4) ? netif_ip6_addr(&card_netif, 0) : (const void *)"\377\2\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
		t = ip + 40;
		if (ip[6] == 44) {
			t[0] = protocol;
			put16(t + 2, any(4) * 8 | any(2));
			put32(t + 4, any(3));
			t += 8;
		}
	} else {
		ip[0] = any(20) ? 0x45 : 0x40 | any(16);
		put16(ip + 2, any(20) ? n + 20 : any(65536));
		put16(ip + 4, any(3));
		put16(ip + 6, any(12) ? 0 : any(2) << 13 | any(4));
		ip[8] = 64;
		ip[9] = protocol;
		put32(ip + 12, 0x0a000001 + any(2) * 8);
		put32(ip + 16, any(10) ? 0x0a000002 : any(2) ? ~0u : 0x0a0000ff);
		t = ip + (ip[0] & 15) * 4;
		put16(ip + 10, 0);
		u16 sum = ~card_checksum(ip, (ip[0] & 15) * 4);
		memcpy(ip + 10, &sum, 2);
	}
	payload = 14 + (t - ip) + n;
	put16(t, any(3) ? their_port : 5000 + any(4));
	put16(t + 2, 7 + any(3));
	if (protocol == 6) {
		put32(t + 4, sequence + (any(4) ? 0 : any(5000) - 2000));
		put32(t + 8, acknowledged + (any(3) ? 0 : any(5000) - 2000));
		t[12] = any(10) ? 0x50 : any(256);
		t[13] = any(3) ? 0x10 : any(2) ? 2 : any(64);
		put16(t + 14, any(8) ? 65535 : any(3000));
		for (u32 k = 20; k < 60; k++)
			t[k] = any(3) ? any(10) : any(256);
	} else if (protocol == 17) {
		put16(t + 4, any(20) ? n : any(65536));
		if (any(6) == 0)
			put16(t, 67), put16(t + 2, 68);
	} else {
		t[0] = any(2) ? 133 + any(4) : any(256);
		t[1] = any(3);
		for (u32 k = 4; k < 80; k++)
			t[k] = any(4) ? any(4) : any(256);
	}
	return any(20) ? min(payload, (u32)sizeof(frame)) : any(payload + 1);
}

/* Puts a frame into as many buffers as it takes, mostly. */
static void say(void)
{
	struct net_header h = { .flags = any(4) ? DATA_VALID : any(4), .gso_type = any(6), .gso_size = any(70000) };
	u32 n = make(), at = 0, slots[SIZE], count = 0;

	while (at < n && count < SIZE) {
		u32 slot = free_slot(0);
		if (slot == SIZE)
			break;
		u8 *to = rings[0].slots[slot].addr[0];
		u32 room = rings[0].slots[slot].len[0], head = count ? 0 : CARD_HEADER, part = min(n - at, room - head);
		memcpy(to + head, frame + at, part);
		at += part;
		use(0, slot, any(30) ? part + head : any(4) ? any(room + 1) : any(~0u));
		slots[count++] = slot;
		if (!(net_features & F_MRG_RXBUF))
			break;
	}
	if (!count)
		return;
	h.buffers = any(20) ? count : any(70);
	memcpy(rings[0].slots[slots[0]].addr[0], &h, sizeof(h));
}

/* What the guest sent last tells numbers that it will take. */
static void listen_to(u32 slot)
{
	u8 *p = rings[1].slots[slot].addr[0];
	u32 n = rings[1].slots[slot].len[0];

	if (n < CARD_HEADER + 54 || p[CARD_HEADER + 12] != 8 || p[CARD_HEADER + 13] || p[CARD_HEADER + 23] != 6)
		return;
	u8 *t = p + CARD_HEADER + 34;
	u32 seq = (u32)t[4] << 24 | t[5] << 16 | t[6] << 8 | t[7], ack = (u32)t[8] << 24 | t[9] << 16 | t[10] << 8 | t[11];
	if (t[13] & 4)
		return;
	acknowledged = seq + (t[13] & 3 ? 1 : 0);
	sequence = ack;
	their_port = t[2] << 8 | t[3];
}

static void let_go(void)
{
	u32 slot = free_slot(1);

	if (slot == SIZE)
		return;
	listen_to(slot);
	use(1, slot, any(3));
}

/* --- what a program might do --- */
#define SOCKETS	12
static struct inet *all[SOCKETS];

static void act(u32 k)
{
	struct inet *i = all[k];
	static u8 byte;
	struct iovec v = { &byte, 70000 };
	struct socket_msg m = { .v = &v, .n = 1, .total = any(70000) };
	struct sockaddr_in to = { .family = AF_INET, .port = { 5000 >> 8, (5000 & 255) + any(3) }, .ip = { 10, 0, 0, 1 } };
	struct sockaddr_in at = { .family = AF_INET, .port = { 0, 7 + any(3) } };

	if (!i) {
		struct file *f = inet_socket(AF_INET, any(3) ? SOCK_STREAM : SOCK_DGRAM, 0, 0);
		all[k] = i = f->data;
	}
	switch (any(10)) {
	case 0:
		inet_bind(&i->s, &at, sizeof(at));
		break;
	case 1:
		inet_bind(&i->s, &at, sizeof(at));
		inet_listen(&i->s, any(4));
		break;
	case 2: {
		struct file *f = inet_accept(&i->s, MSG_DONTWAIT, 0);
		u32 free = any(SOCKETS);
		if (IS_ERR(f))
			break;
		if (all[free])
			inet_free(all[free]);
		all[free] = f->data;
		break;
	}
	case 3:
		inet_connect(&i->s, &to, sizeof(to), MSG_DONTWAIT);
		break;
	case 4:
		if (!is_stream(i)) {
			memcpy(m.name, &to, sizeof(to));
			m.name_len = sizeof(to);
		}
		i->s.ops->send(&i->s, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case 5:
	case 6:
		i->s.ops->recv(&i->s, &m, MSG_DONTWAIT | (any(3) ? 0 : MSG_PEEK));
		break;
	case 7:
		i->s.ops->shutdown(&i->s, 1 + any(3));
		break;
	case 8:
		inet_setsockopt(&i->s, any(50), any(80), &(s32){ any(3) }, 4);
		break;
	case 9:
		if (any(3))
			break;
		all[k] = NULL;
		i->s.linger = any(3) ? 0 : 1;
		inet_free(i);
	}
}

/* The device tells what it likes of its link, too. */
static void check_link(void)
{
	bool up = any(4);

	if (up == net_card.link.up)
		return;
	net_card.link.up = up;
	card_link();
}

static void begin(u64 features)
{
	net_features = features;
	memcpy(net_card.link.mac, "\2\0\0\0\0\2", 6);
	net_card.link.mtu = 1500;
	net_card.link.up = true;
	net_card.poll = poll;
	net_card.check_link = check_link;
	net_card.checksums = features & F_CSUM;
	net_card.cuts4 = features & F_HOST_TSO4;
	for (u32 k = 0; k < 2; k++) {
		struct ring *r = &rings[k];
		r->avail = kzalloc(8 + 2 * SIZE);
		r->used = kzalloc(16 + 8 * SIZE);
		r->q = (struct virtqueue){ .index = k, .size = SIZE, .free_count = SIZE, .avail = r->avail, .used = r->used };
	}
	card_attach(&net_card);
	send_start(&rings[1].q);
	receive_start(&rings[0].q);
}

/* --- a peer that keeps the rules --- */
static u32 their_seq = 1000, heard_ack, heard_seq;
static bool heard;		/* a segment of TCP */

/* Takes all that the guest sent. */
static void hear(void)
{
	for (u32 slot = 0; slot < SIZE; slot++) {
		if (waits(1, slot))
			continue;
		u8 *p = (u8 *)rings[1].slots[slot].addr[0] + CARD_HEADER, *t = p + 34;
		if (p[12] == 8 && !p[13] && p[23] == 6) {
			heard = true;
			heard_seq = (u32)t[4] << 24 | t[5] << 16 | t[6] << 8 | t[7];
			heard_ack = (u32)t[8] << 24 | t[9] << 16 | t[10] << 8 | t[11];
			their_port = t[0] << 8 | t[1];
		}
		use(1, slot, 0);
	}
}

static void deliver(u32 n)
{
	struct net_header h = { .flags = DATA_VALID, .buffers = 1 };
	u32 slot = free_slot(0);
	u8 *to = rings[0].slots[slot].addr[0];

	memcpy(frame, net_card.link.mac, 6);
	memcpy(frame + 6, "\2\0\0\0\0\1", 6);
	memcpy(to, &h, sizeof(h));
	memcpy(to + CARD_HEADER, frame, n);
	use(0, slot, n + CARD_HEADER);
	poll();
	card_done();
	hear();
}

static void answer_arp(void)
{
	u8 *a = frame + 14;

	memset(frame, 0, 60);
	put16(frame + 12, 0x806);
	put16(a, 1);
	put16(a + 2, 0x800);
	a[4] = 6, a[5] = 4;
	put16(a + 6, 2);
	memcpy(a + 8, "\2\0\0\0\0\1", 6);
	put32(a + 14, 0x0a000001);
	memcpy(a + 18, net_card.link.mac, 6);
	put32(a + 24, 0x0a000002);
	deliver(60);
}

/* N bytes of data, or a SYN, that acknowledge what came up to ACK. */
static void segment(u32 flags, u32 n, u32 ack)
{
	u8 *ip = frame + 14, *t = ip + 20;

	memset(frame, 0, 2000);
	put16(frame + 12, 0x800);
	ip[0] = 0x45, ip[8] = 64, ip[9] = 6;
	put16(ip + 2, 40 + n);
	put32(ip + 12, 0x0a000001);
	put32(ip + 16, 0x0a000002);
	u16 sum = ~card_checksum(ip, 20);
	memcpy(ip + 10, &sum, 2);
	put16(t, 5000);
	put16(t + 2, their_port);
	put32(t + 4, their_seq);
	put32(t + 8, ack);
	t[12] = 0x50, t[13] = flags | 0x10;
	put16(t + 14, 65535);
	their_seq += n + (flags & 2 ? 1 : 0);
	deliver(54 + n);
}

/* What Nagle's rule holds back must not hold back the acknowledgement of what came. */
static void test_nagle(void)
{
	struct sockaddr_in to = { .family = AF_INET, .port = { 5000 >> 8, 5000 & 255 }, .ip = { 10, 0, 0, 1 } };
	struct inet *i = inet_socket(AF_INET, SOCK_STREAM, 0, 0)->data;
	static u8 byte;
	struct iovec v = { &byte, 100 };
	struct socket_msg m = { .v = &v, .n = 1, .total = 100 };

	inet_connect(&i->s, &to, sizeof(to), MSG_DONTWAIT);
	hear();
	answer_arp();
	if (!heard)
		host_fail("no SYN");
	segment(2, 0, heard_seq + 1);
	u32 first = heard_ack == their_seq ? heard_seq : 0;
	if (i->state != ESTABLISHED)
		host_fail("not connected");
	for (int k = 0; k < 2; k++)	/* the second one waits for the acknowledgement of the first */
		if (i->s.ops->send(&i->s, &m, MSG_DONTWAIT) != 100)
			host_fail("cannot send");
	hear();
	if (heard_seq != first)
		host_fail("the second piece did not wait");
	for (int k = 0; k < 2; k++)
		segment(0, 1000, first);
	if (heard_ack != their_seq)
		host_fail("two segments came, and no acknowledgement of them went");
	inet_free(i);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "nagle")) {
		begin(F_GUEST_CSUM);
		test_nagle();
		host_say("SUCCESS\n");
		return 0;
	}
	int n = rounds(argc, argv);

	begin(argc > 2 ? F_MRG_RXBUF | F_CSUM | F_GUEST_CSUM | F_GUEST_TSO4 | F_HOST_TSO4 : F_GUEST_CSUM);
	for (int r = n; r--; now += 1000000 * any(100)) {
		act(any(SOCKETS));
		for (u32 k = any(6); k--;)
			say();
		for (u32 k = any(8); k--;)
			let_go();
		poll();
		card_done();
		timers_run();
		for (u32 k = 0; k < SOCKETS; k++)
			if (all[k])
				check_socket(all[k], &lwip_way);
	}
	for (u32 k = 0; k < SOCKETS; k++)
		if (all[k])
			inet_free(all[k]);
	if (n > 10000 && (!established || !received || !datagrams || !accepted))
		host_fail("some states were never reached");
	host_say("SUCCESS\n");
	return 0;
}
