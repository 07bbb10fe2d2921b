/* Messages that wait to be read, and what they cost whom. */
#include "unix.h"

#define PACKET_OVERHEAD	320	/* sizeof(struct skb_shared_info) */
#define PACKET_HEADER	256	/* struct sk_buff */

bool unix_writable(struct unix_sock *u)
{
	return u->state != LISTENING && u->sent * 4UL <= u->s.send_room;
}

void unix_enter(struct unix_sock *u)
{
	while (u->busy)
		wait_on(&u->busy_q, FOREVER, false);
	u->busy = true;
}

void unix_leave(struct unix_sock *u)
{
	u->busy = false;
	wake_one(&u->busy_q);
}

int unix_wait_room(struct unix_sock *u, int flags, ns_t deadline)
{
	for (;;) {
		int err = socket_error(&u->s);
		if (err)
			return err;
		if (u->shut & SHUT_WRITE)
			return -EPIPE;
		if (u->sent < u->s.send_room)
			return 0;
		err = socket_wait(&u->write_q, flags, deadline);
		if (err)
			return err;
	}
}

static u32 cost_of(size_t n, size_t linear)
{
	size_t paged = n > linear ? min(n, align_up(n - linear, (size_t)PAGE_SIZE)) : 0, head = 512;

	while (head < align_up(n - paged, (size_t)64) + PACKET_OVERHEAD)
		head *= 2;
	return head + PACKET_HEADER + align_up(paged, (size_t)PAGE_SIZE);
}

struct packet *unix_packet(struct unix_sock *from, const struct socket_msg *m, size_t skip, size_t n, size_t linear)
{
	struct packet *p = kmalloc(sizeof(*p) + n);

	if (!p)
		return ERR_PTR(-ENOMEM);
	*p = (struct packet){ .from = from, .len = n, .cost = cost_of(n, linear) };
	list_init(&p->link);
	unix_get(from);
	from->sent += p->cost;
	if (iov_gather(p->data, m->v, skip, n) == n)	/* may sleep */
		return p;
	packet_free(p);
	return ERR_PTR(-EFAULT);
}

void packet_deliver(struct packet *p, struct unix_sock *to)
{
	control_add_ids(&p->control, p->from, to);
	gc_sent(&p->control);
	list_append(&to->queue, &p->link);
	to->queued++;
	wake_all_for(&to->read_q, POLL_READ);
}

/* The files in it are closed one after another, not one inside the other, however long the chain. */
static void drop_files(struct packet *p)
{
	static struct list dropped = LIST_INIT(dropped);
	static bool dropping;

	list_append(&dropped, &p->link);
	if (dropping)
		return;
	dropping = true;
	while (!list_empty(&dropped)) {
		p = list_first(&dropped, struct packet, link);
		list_remove(&p->link);
		control_drop(&p->control);
		kfree(p);
	}
	dropping = false;
}

void packet_free(struct packet *p)
{
	struct unix_sock *from = p->from;

	from->sent -= p->cost;
	if (!from->dead && unix_writable(from))
		wake_all_for(&from->write_q, POLL_WRITE);
	unix_put(from);
	drop_files(p);
}

/* Who is connected to U, and not U to it, may write again. */
static void tell_writers(struct unix_sock *u)
{
	struct unix_sock *w;

	wake_all(&u->room_q);
	list_each(w, &unix_all, all)
		if (w->peer == u && u->peer != w)
			wake_all_for(&w->write_q, POLL_WRITE);
}

void packet_take(struct unix_sock *u, struct packet *p)
{
	bool was_full = unix_full(u);

	list_remove(&p->link);
	u->queued--;
	gc_received(&p->control);
	packet_free(p);
	if (was_full && u->s.type == SOCK_DGRAM)
		tell_writers(u);
}

void unix_purge(struct unix_sock *u)
{
	while (!list_empty(&u->queue))
		packet_take(u, list_first(&u->queue, struct packet, link));
}

void unix_source(struct socket_msg *m, const struct packet *p)
{
	memcpy(m->name, p->from->name, p->from->name_len);
	m->name_len = p->from->name_len;
}
