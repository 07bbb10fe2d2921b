/* Two connected unix(7) sockets. Errors, their order, and how much fits follow
 * Linux's, whose buffers count what a message costs it, not its bytes alone. */
#include "kernel.h"
#include "socket.h"

#define ROOM		212992		/* net.core.wmem_default */
#define PACKET_OVERHEAD	320		/* sizeof(struct skb_shared_info) */
#define PACKET_HEADER	256		/* struct sk_buff */
#define STREAM_LINEAR	3776		/* of a stream's packet; the rest are pages */
#define DGRAM_LINEAR	16064
#define STREAM_PIECE	(STREAM_LINEAR + 32768)

struct packet {
	struct list link;
	u32 start, len, cost;
	u8 data[];
};

struct end {
	struct socket s;
	struct end *peer;	/* NULL: closed */
	bool connected;		/* false: a datagram socket was told that its peer is gone */
	bool busy;		/* a copy out of the queue is under way: it may sleep */
	u8 shut;		/* SHUT_READ, SHUT_WRITE */
	u32 sent;		/* cost of what waits in the peer's queue */
	struct list queue;	/* struct packet */
	struct waitq read_q, write_q, busy_q;
};

static bool writable(struct end *e)
{
	return e->sent * 4UL <= e->s.send_room;
}

static void enter(struct end *e)
{
	while (e->busy)
		wait_on(&e->busy_q, FOREVER, false);
	e->busy = true;
}

static void leave(struct end *e)
{
	e->busy = false;
	wake_one(&e->busy_q);
}

static u32 cost_of(size_t n, size_t linear)
{
	size_t paged = n > linear ? min(n, align_up(n - linear, (size_t)PAGE_SIZE)) : 0, head = 512;

	while (head < align_up(n - paged, (size_t)64) + PACKET_OVERHEAD)
		head *= 2;
	return head + PACKET_HEADER + align_up(paged, (size_t)PAGE_SIZE);
}

/* Waits until E may send; 0 or an error. */
static int wait_room(struct end *e, int flags, ns_t deadline)
{
	for (;;) {
		int err = socket_error(&e->s);
		if (err)
			return err;
		if (e->shut & SHUT_WRITE)
			return -EPIPE;
		if (e->sent < e->s.send_room)
			return 0;
		err = socket_wait(&e->write_q, flags, deadline);
		if (err)
			return err;
	}
}

static struct packet *packet_make(const struct socket_msg *m, size_t skip, size_t n, size_t linear)
{
	struct packet *p = kmalloc(sizeof(*p) + n);

	if (p) {
		*p = (struct packet){ .len = n, .cost = cost_of(n, linear) };
		iov_gather(p->data, m->v, skip, n);	/* may sleep */
	}
	return p;
}

static void deliver(struct end *e, struct packet *p)
{
	list_append(&e->peer->queue, &p->link);
	e->sent += p->cost;
	wake_all_for(&e->peer->read_q, POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND);
}

static void consume(struct end *e, struct packet *p)
{
	list_remove(&p->link);
	if (e->peer) {
		e->peer->sent -= p->cost;
		if (writable(e->peer))
			wake_all_for(&e->peer->write_q, POLLOUT | POLLWRNORM | POLLWRBAND);
	}
	kfree(p);
}

static bool unheard(struct end *e)
{
	return e->shut & SHUT_WRITE || !e->peer || e->peer->shut & SHUT_READ;
}

static long stream_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct end *e = container_of(s, struct end, s);
	ns_t deadline = socket_deadline(s->send_timeout);
	size_t done = 0;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->name_len)
		return -EISCONN;
	if (e->shut & SHUT_WRITE)
		return socket_broken(flags);
	while (done < m->total) {
		size_t n = min(m->total - done, min((size_t)s->send_room / 2 - 64, (size_t)STREAM_PIECE));
		int err = wait_room(e, flags, deadline);
		if (err)
			return done ? (long)done : err;
		struct packet *p = packet_make(m, done, n, STREAM_LINEAR);
		if (!p)
			return done ? (long)done : -ENOMEM;
		if (unheard(e)) {
			kfree(p);
			return done ? (long)done : socket_broken(flags);
		}
		deliver(e, p);
		done += n;
	}
	return done;
}

static void purge(struct end *e)
{
	while (!list_empty(&e->queue))
		consume(e, list_first(&e->queue, struct packet, link));
}

static long packet_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct end *e = container_of(s, struct end, s);
	bool seq = s->type == SOCK_SEQPACKET;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (seq && s->error)
		return socket_error(s);
	if (!seq && m->name_len)	/* no socket can be bound to a name */
		return -ECONNREFUSED;
	if (!e->connected)
		return -ENOTCONN;
	if (m->total > s->send_room - 32)
		return -EMSGSIZE;
	int err = wait_room(e, flags, socket_deadline(s->send_timeout));
	if (err)
		return err;
	struct packet *p = packet_make(m, 0, m->total, DGRAM_LINEAR);
	if (!p)
		return -ENOMEM;
	if (!seq && !e->peer) {		/* what it sent before is lost too */
		kfree(p);
		enter(e);
		e->connected = false;
		purge(e);
		leave(e);
		return -ECONNREFUSED;
	}
	if (unheard(e)) {
		kfree(p);
		return -EPIPE;
	}
	deliver(e, p);
	return m->total;
}

/* Copies from the queue on; returns how much. */
static size_t stream_take(struct end *e, const struct socket_msg *m, size_t done, bool peek)
{
	struct list *l, *next;

	for (l = e->queue.next; l != &e->queue && done < m->total; l = next) {
		struct packet *p = container_of(l, struct packet, link);
		size_t n = min((size_t)p->len, m->total - done);
		iov_scatter(m->v, done, p->data + p->start, n);	/* may sleep */
		next = l->next;
		done += n;
		if (peek)
			continue;
		p->start += n;
		p->len -= n;
		if (!p->len)
			consume(e, p);
	}
	return done;
}

static long stream_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct end *e = container_of(s, struct end, s);
	size_t done = 0, target = flags & MSG_WAITALL ? m->total : min(m->total, 1UL);
	ns_t deadline = socket_deadline(s->recv_timeout);
	int err = 0;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	enter(e);
	for (;;) {
		bool had = !list_empty(&e->queue);
		if (had)
			done = stream_take(e, m, done, flags & MSG_PEEK);
		if ((had && (done >= target || flags & MSG_PEEK)) || (err = socket_error(s)) || e->shut & SHUT_READ)
			break;
		if (!list_empty(&e->queue))
			continue;	/* came during the copy */
		leave(e);
		err = socket_wait(&e->read_q, flags, deadline);
		enter(e);
		if (err)
			break;
	}
	leave(e);
	return done ? (long)done : err;
}

static long packet_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct end *e = container_of(s, struct end, s);
	ns_t deadline = socket_deadline(s->recv_timeout);
	long r;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	enter(e);
	for (;;) {
		if ((r = socket_error(s)))
			goto out;
		if (!list_empty(&e->queue))
			break;
		if (e->shut & SHUT_READ) {
			r = flags & MSG_DONTWAIT && s->type == SOCK_DGRAM ? -EAGAIN : 0;
			goto out;
		}
		leave(e);
		if ((r = socket_wait(&e->read_q, flags, deadline)))
			return r;
		enter(e);
	}
	struct packet *p = list_first(&e->queue, struct packet, link);
	size_t n = min((size_t)p->len, m->total);
	iov_scatter(m->v, 0, p->data, n);	/* may sleep */
	m->flags = n < p->len ? MSG_TRUNC : 0;
	r = flags & MSG_TRUNC ? p->len : n;
	if (!(flags & MSG_PEEK))
		consume(e, p);
out:
	leave(e);
	return r;
}

static void wake(struct end *e)
{
	wake_all(&e->read_q);
	wake_all(&e->write_q);
}

static int end_shutdown(struct socket *s, int how)
{
	struct end *e = container_of(s, struct end, s);

	e->shut |= how;
	wake(e);
	if (e->peer && s->type != SOCK_DGRAM) {
		e->peer->shut |= (how & SHUT_READ ? SHUT_WRITE : 0) | (how & SHUT_WRITE ? SHUT_READ : 0);
		wake(e->peer);
	}
	return 0;
}

/* Neither has a name: the family is all there is. */
static int end_name(struct socket *s, bool peer, void *out)
{
	struct end *e = container_of(s, struct end, s);

	if (peer && !e->connected)
		return -ENOTCONN;
	*(u16 *)out = AF_UNIX;
	return 2;
}

static const struct socket_ops stream_ops = { stream_send, stream_recv, end_shutdown, end_name };
static const struct socket_ops packet_ops = { packet_send, packet_recv, end_shutdown, end_name };

static int end_poll(struct file *f, struct poll_table *pt)
{
	struct end *e = f->data;
	int ready = 0;

	poll_wait(&e->read_q, pt);
	poll_wait(&e->write_q, pt);
	if (e->s.error)
		ready |= POLLERR;
	if (e->shut == (SHUT_READ | SHUT_WRITE))
		ready |= POLLHUP;
	if (e->shut & SHUT_READ)
		ready |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!list_empty(&e->queue))
		ready |= POLLIN | POLLRDNORM;
	if (writable(e))
		ready |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return ready;
}

static long end_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct end *e = f->data;
	struct packet *p;
	int n = 0;

	if (cmd != FIONREAD && cmd != TIOCOUTQ)
		return -ENOTTY;
	CHECK_WRITE((void *)arg, sizeof(int));
	if (cmd == TIOCOUTQ) {
		*(int *)arg = e->sent;
		return 0;
	}
	list_each(p, &e->queue, link) {
		n += p->len;
		if (e->s.type == SOCK_DGRAM)
			break;
	}
	*(int *)arg = n;
	return 0;
}

static void end_release(struct file *f)
{
	struct end *e = f->data, *peer = e->peer;

	if (peer) {
		peer->peer = NULL;
		peer->sent = 0;
		if (e->s.type != SOCK_DGRAM) {
			peer->shut = SHUT_READ | SHUT_WRITE;
			if (!list_empty(&e->queue))
				peer->s.error = ECONNRESET;
			wake(peer);
		} else if (!list_empty(&e->queue)) {	/* a datagram socket is not told of its peer's end, only of room */
			wake_all_for(&peer->write_q, POLLOUT | POLLWRNORM | POLLWRBAND);
		}
	}
	e->peer = NULL;
	purge(e);
	kfree(e);
}

static const struct file_ops end_ops = {
	.read = socket_read, .write = socket_write, .poll = end_poll, .ioctl = end_ioctl, .release = end_release,
};

static struct end *end_new(int type)
{
	struct end *e = kzalloc(sizeof(*e));

	if (!e)
		return NULL;
	e->s = (struct socket){ .ops = type == SOCK_STREAM ? &stream_ops : &packet_ops, .domain = AF_UNIX, .type = type,
		.send_room = ROOM, .recv_room = ROOM, .send_timeout = FOREVER, .recv_timeout = FOREVER };
	e->connected = true;
	list_init(&e->queue);
	waitq_init(&e->read_q);
	waitq_init(&e->write_q);
	waitq_init(&e->busy_q);
	return e;
}

int socketpair_create(struct file *ends[2], int type, int flags)
{
	struct end *a = end_new(type), *b = end_new(type);

	if (!a || !b)
		goto free;
	ends[0] = socket_file(&end_ops, &a->s, flags);
	if (!ends[0])
		goto free;
	ends[1] = socket_file(&end_ops, &b->s, flags);
	if (!ends[1]) {
		file_put(ends[0]);	/* frees A */
		a = NULL;
		goto free;
	}
	a->peer = b;
	b->peer = a;
	return 0;
free:
	kfree(a);
	kfree(b);
	return -ENOMEM;
}
