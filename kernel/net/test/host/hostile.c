/* A device that says anything. Nobody sleeps here: what would wait for an answer gets none. */
#include "../../inet_host/host.h"
#include "sockets.h"
#include "af_inet.h"

/* --- the kernel around them --- */
u64 mem_total_pages = 65536;
ns_t now_monotonic(void) { static ns_t t; return t += 1000; }
void kunlock(void) {}
bool sched_some_ready(void) { return false; }

/* --- the driver's queue: what the guest sends is looked at and forgotten --- */
void host_queue(struct packet *p)
{
	if (p->h.len != p->len || p->len > HS_LEN_MAX)
		host_fail("a packet of the guest's has another length than it says");
	kfree(p);
}
bool host_has_room(struct inet *i) { return any(8); }
void host_kick(void) {}
void host_rouse(void) {}
void host_refill(void) {}
bool host_came(void) { return false; }
void host_collect(void) {}
void host_interrupts(bool on) {}

static const struct inet_way *way_out(void) { return &host_way; }

#define SOCKETS	12
static struct inet *all[SOCKETS];

static void address(void *out, int family, u16 port)
{
	struct sockaddr_in6 *six = out;
	struct sockaddr_in *four = out;

	if (family == AF_INET)
		*four = (struct sockaddr_in){ .family = AF_INET, .port = { port >> 8, port }, .ip = { any(2) ? 192 : 0, 0, 0, any(2) } };
	else
		*six = (struct sockaddr_in6){ .family = AF_INET6, .port = { port >> 8, port }, .ip = { any(2) ? 0x20 : 0, [15] = any(3) } };
}

/* What a program might do with socket K. */
static void use(u32 k)
{
	struct inet *i = all[k];
	u8 name[SOCKADDR_MAX], byte;
	struct iovec v = { &byte, 70000 };
	struct socket_msg m = { .v = &v, .n = 1, .total = any(70000) };

	if (!i) {
		struct file *f = inet_socket(any(2) ? AF_INET : AF_INET6, any(3) ? SOCK_STREAM : SOCK_DGRAM, 0, 0);
		all[k] = i = f->data;
		i->cookie = 1;
	}
	address(name, i->s.domain, any(4) ? 1024 + any(8) : 0);
	int len = i->s.domain == AF_INET ? 16 : 28;
	switch (any(10)) {
	case 0:
		inet_bind(&i->s, name, len);
		break;
	case 1:
		inet_listen(&i->s, any(4));
		break;
	case 2: {
		struct file *f = inet_accept(&i->s, MSG_DONTWAIT, 0);
		if (!IS_ERR(f))
			inet_free(f->data);
		break;
	}
	case 3:
		inet_connect(&i->s, name, len, MSG_DONTWAIT);
		break;
	case 4:
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
		inet_free(i);
	}
}

/* A packet to one of the numbers that there are, or to none. */
static void say(void)
{
	struct packet *p = inet_packet(RX_ROOM);
	struct inet *i = all[any(SOCKETS)];
	struct hs_header h = {
		.socket = i && any(8) ? i->number : any(3) ? HS_ACCEPTED + any(16) : any(64), .op = any(HS_ERROR + 3), .flags = any(8),
		.request = i && any(2) ? i->request : any(32), .error = any(3) ? any(200) - 20 : 0, .window = any(2) ? 1 << 20 : any(1000),
		.taken = i && any(2) ? i->sent : any(~0u),
	};
	static const u32 lens[] = { 0, 1, 23, 24, 25, 55, 56, 57, 1000, 4000, 9000, RX_ROOM };

	p->len = h.len = lens[any(array_len(lens))];
	for (u32 k = 0; k < p->len && k < 64; k++)
		p->data[k] = any(4) ? 0 : any(256);
	if (any(2)) {	/* something like what belongs there */
		struct hs_address a = { .family = any(2) ? AF_INET : AF_INET6, .port = { 4, any(8) }, .ip = { 10 } };
		struct hs_accept c = { .socket = HS_ACCEPTED + any(64), .local = a, .peer = a };
		if (h.op == HS_ACCEPT)
			memcpy(p->data, &c, sizeof(c));
		else
			memcpy(p->data, &a, sizeof(a));
	}
	p->h = h;
	if (!host_receive(p, &h))
		kfree(p);
}

static void check(struct inet *i)
{
	check_socket(i, &host_way);
	if (i->number && is_stream(i) && i->queued > i->window)
		host_fail("more waits than there was credit for");
}

int main(int argc, char **argv)
{
	inet_find_out = way_out;
	inet_config = (struct hs_config){ .version = 1, .address = { 10, 0, 2, 15 }, .address6 = { 0xfd, [15] = 15 } };
	for (int r = rounds(argc, argv); r--;) {
		use(any(SOCKETS));
		for (u32 k = any(6); k--;)
			say();
		for (u32 k = 0; k < SOCKETS; k++)
			if (all[k])
				check(all[k]);
	}
	for (u32 k = 0; k < SOCKETS; k++)
		if (all[k])
			inet_free(all[k]);
	if (!established || !received || !datagrams || !accepted)
		host_fail("some states were never reached");
	host_say("SUCCESS\n");
	return 0;
}
