/* What sockets ask of their way out. */
#include "host.h"

#define TCP_CORK	3

static u32 next_number;
static u32 open_count;

static u32 credit(const struct inet *i)
{
	u32 used = i->sent - i->peer_taken;

	return i->peer_window - min(used, i->peer_window);
}

static u32 host_room(struct inet *i)
{
	u32 n = credit(i);

	return n && host_has_room(i) ? n : 0;
}

static void host_push(struct inet *i, struct packet *p)
{
	i->sent += p->len;
	host_send(i, p, HS_DATA, option_of(i, KNOW_CORK) ? HS_MORE : 0, 0);
}

/* Tells the runner of room that reading made, once that is half of all: it never stands still for want of it. */
void host_credit(struct inet *i)
{
	bool wider = i->window == WINDOW && i->taken >= BULK && (u64)open_count * BULK < mem_total_pages * PAGE_SIZE / 8;

	if (wider)
		i->window = BULK;
	if (i->number && (wider || i->taken - i->told >= i->window / 2))
		host_tell(i, HS_CREDIT, 0, 0, NULL, 0);
}

static void host_taken(struct inet *i)
{
	host_credit(i);
	host_refill();
}

static void host_finish(struct inet *i)
{
	host_tell(i, HS_SHUTDOWN, SHUT_WRITE, 0, NULL, 0);
}

static void host_leave(struct inet *i, bool abort)
{
	if (!i->number)
		return;
	list_remove(&i->starved);
	kfree(i->part);
	i->part = NULL;
	u32 seconds = i->s.linger >> 32;
	if (!abort && (u32)i->s.linger && seconds && i->way == &host_way && i->state == ESTABLISHED)
		host_linger(i, now_monotonic() + seconds * 1000000000UL);
	else
		host_tell(i, HS_CLOSE, abort ? HS_ABORT : 0, 0, NULL, 0);
	number_remove(i);
	open_count--;
}

/* Its window, unless all of them together could fill the memory. */
static void widen(struct inet *i)
{
	if ((u64)open_count * WINDOW < mem_total_pages * PAGE_SIZE / 8)
		i->window = WINDOW;
}

static int host_open(struct inet *i)
{
	struct hs_open o = { .family = i->s.domain, .type = i->s.type, .protocol = i->s.protocol };

	if (next_number >= HS_ACCEPTED - 1)
		return -ENOBUFS;
	host_adopt(i, ++next_number);
	widen(i);
	return host_tell(i, HS_OPEN, 0, 0, &o, sizeof(o)) ? 0 : -ENOMEM;
}

/* The socket has NUMBER from now on, and nothing of an earlier one. */
void host_adopt(struct inet *i, u32 number)
{
	open_count++;
	number_add(i, number);
	i->window = HS_WINDOW_FIRST;
	i->sent = i->peer_taken = i->taken = i->told = 0;
	i->peer_window = HS_WINDOW_FIRST;
}

static int host_bind(struct inet *i, struct hs_address *a)
{
	struct hs_address out, got = { 0 };

	host_address_out(i, &out, a);
	int n = host_ask(i, HS_BIND, &out, sizeof(out), &got, sizeof(got));
	if (n < 0)
		return n;
	if (n < (int)sizeof(got) || !port_number(&got))
		return -EIO;
	memcpy(a->port, got.port, 2);
	return 0;
}

static int host_listen(struct inet *i)
{
	struct hs_listen l = { .backlog = i->backlog };
	int n = host_ask(i, HS_LISTEN, &l, sizeof(l), NULL, 0);

	return min(n, 0);
}

static int host_connect(struct inet *i)
{
	struct hs_address to;

	host_address_out(i, &to, &i->peer);
	if (!is_stream(i)) {
		int n = host_ask(i, HS_CONNECT, &to, sizeof(to), NULL, 0);
		return min(n, 0);
	}
	i->state = CONNECTING;
	i->way = &host_way;
	i->request = host_request();
	if (host_tell(i, HS_CONNECT, 0, i->request, &to, sizeof(to)))
		return 0;
	i->state = CLOSED;
	return -ENOMEM;
}

static int host_datagram(struct inet *i, struct packet *p, int flags, ns_t deadline)
{
	struct hs_address *to = (struct hs_address *)p->data;
	u32 n = min(p->len - (u32)sizeof(*to), i->peer_window);	/* one that is larger than all room is lost */

	while (credit(i) < n || !host_has_room(i)) {
		i->full = true;
		int err = inet_wait(&i->write_q, flags, deadline);
		if (err)
			return err;
	}
	if (same_address(&p->to, &i->peer))
		*to = (struct hs_address){ 0 };
	else
		host_address_out(i, to, &p->to);
	i->sent += p->len - sizeof(*to);
	host_send(i, p, HS_DGRAM, 0, 0);
	host_kick();
	return 0;
}

static void host_option(struct inet *i, int level, int name, const void *value, u32 len)
{
	struct { struct hs_option o; u8 value[HS_OPTION_MAX]; } what;

	if (level == IPPROTO_TCP && name == TCP_CORK) {	/* each piece of data says it; none ends it */
		if (!*(const s32 *)value && i->state == ESTABLISHED && !(i->shut & SHUT_WRITE))
			host_tell(i, HS_DATA, 0, 0, NULL, 0);
		return;
	}
	what.o = (struct hs_option){ level, name, len };
	memcpy(what.value, value, len);
	host_tell(i, HS_SETOPT, 0, 0, &what, sizeof(what.o) + len);
}

static int host_ask_option(struct inet *i, int level, int name, void *value, u32 len)
{
	struct hs_option o = { level, name, len };

	return host_ask(i, HS_GETOPT, &o, sizeof(o), value, len);
}

static void host_undo_connect(struct inet *i)
{
	struct hs_address nobody = { 0 };

	host_tell(i, HS_CONNECT, 0, 0, &nobody, sizeof(nobody));
}

static void host_accepted(struct inet *i)
{
	widen(i);
	host_tell(i, HS_CREDIT, 0, 0, NULL, 0);
}

const struct inet_way host_way = {
	.room = host_room, .push = host_push, .taken = host_taken, .finish = host_finish, .leave = host_leave, .flush = host_kick,
	.open = host_open, .bind = host_bind, .listen = host_listen, .connect = host_connect, .datagram = host_datagram,
	.option = host_option, .ask_option = host_ask_option, .undo_connect = host_undo_connect, .accepted = host_accepted,
};
