/* Sockets that only messages in queues refer to, which only those sockets could read: their messages are dropped,
 * and with them the sockets. */
#include "unix.h"

static u32 in_flight;	/* sum over all sockets */

static struct unix_sock *socket_in(const struct control *c, u32 i)
{
	return c->files[i]->ops == &unix_file_ops ? c->files[i]->data : NULL;
}

static void count(struct control *c, int by)
{
	for (u32 i = 0; i < c->count; i++) {
		struct unix_sock *u = socket_in(c, i);
		if (!u)
			continue;
		u->in_flight += by;
		in_flight += by;
	}
}

void gc_sent(struct control *c)
{
	count(c, 1);
}

void gc_received(struct control *c)
{
	count(c, -1);
}

static void found(struct list *next, struct unix_sock *u)
{
	if (!u || u->live)
		return;
	u->live = true;
	list_append(next, &u->gray);
}

/* What can be had out of U's queue. */
static void look_into(struct list *next, struct unix_sock *u)
{
	struct unix_sock *child;
	struct packet *p;

	if (u->state == LISTENING) {
		list_each(child, &u->queue, waiting)
			found(next, child);
		return;
	}
	list_each(p, &u->queue, link)
		for (u32 i = 0; i < p->control.count; i++)
			found(next, socket_in(&p->control, i));
}

static void mark(void)
{
	struct list next = LIST_INIT(next);
	struct unix_sock *u;

	list_each(u, &unix_all, all)
		u->live = false;
	list_each(u, &unix_all, all)
		if (u->file && u->file->refs > u->in_flight)
			found(&next, u);
	while (!list_empty(&next)) {
		u = list_first(&next, struct unix_sock, gray);
		list_remove(&u->gray);
		look_into(&next, u);
	}
}

void gc_run(void)
{
	static bool running;
	static u32 closes;
	struct unix_sock *u;

	/* the more there is to look at, the more rarely */
	if (!in_flight || running || ++closes < in_flight / 16)
		return;
	closes = 0;
	running = true;
	mark();
again:
	list_each(u, &unix_all, all)
		if (!u->live && !u->dead && u->state != LISTENING && !list_empty(&u->queue)) {
			unix_get(u);
			unix_purge(u);
			unix_put(u);
			goto again;	/* others may have gone with it */
		}
	running = false;
}
