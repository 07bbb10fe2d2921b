/* Sockets of AF_NETLINK. There is nothing to hear of but the answers to what the program itself asks. */
#include "af_inet.h"
#include "af_netlink.h"
#include "netlink.h"
#include "process.h"

#ifndef MODULE
const char drv_netlink[1];	/* selects this file */
const char *const netlink_files[] = { interface_list_file };
#endif

#define NETLINK_ROUTE	0
#define NETLINK_SOCK_DIAG	4
#define NETLINK_KOBJECT_UEVENT	15	/* devices that come and go: none does, and nothing is said */
#define ROOM		212992
#define MSG_LIMIT	65536


struct sockaddr_nl { u16 family, pad; u32 port, groups; };

struct netlink {
	struct socket s;
	u32 port, groups;
	bool bound;
	struct list queue;	/* struct packet */
	u32 queued;
	struct waitq q;
};

static struct netlink *netlink_of(struct socket *s) { return container_of(s, struct netlink, s); }

static struct netlink *first;

/* The first of the process has its number, as on Linux. */
static void autobind(struct netlink *n)
{
	static u32 others;

	if (n->bound)
		return;
	n->bound = true;
	n->port = first ? -4096 - ++others : PROCESS_ID;
	if (!first)
		first = n;
}

static void deliver(struct netlink *n, const void *data, u32 len)
{
	struct packet *p = n->queued + len <= n->s.recv_room ? inet_packet(len) : NULL;

	if (!p) {
		n->s.error = ENOBUFS;
		wake_all(&n->q);
		return;
	}
	memcpy(p->data, data, len);
	n->queued += len;
	list_append(&n->queue, &p->link);
	wake_all(&n->q);
}

/* NLMSG_ERROR: with 0 that it worked. The request comes along, its body only if it failed. */
static void acknowledge(struct netlink *n, const struct nlmsghdr *h, int error)
{
	struct reply r = { .sequence = h->sequence, .port = n->port };
	s32 e = -error;
	u32 at = reply_begin(&r, NLMSG_ERROR, &e, sizeof(e));

	reply_append(&r, h, error ? h->len : sizeof(*h));
	reply_end(&r, at);
	if (!r.failed)
		deliver(n, r.data, r.len);
	kfree(r.data);
}

static void answer(struct netlink *n, const struct nlmsghdr *h)
{
	bool dump = h->flags & NLM_F_DUMP;
	struct reply r = { .sequence = h->sequence, .port = n->port, .flags = dump ? NLM_F_MULTI : 0 };
	const u8 *data = (const u8 *)(h + 1);
	u32 len = h->len - sizeof(*h);
	int error = EOPNOTSUPP;

	if (n->s.protocol == NETLINK_ROUTE)
		error = route_answer(&r, h, data, len);
	else if (n->s.protocol == NETLINK_SOCK_DIAG)
		error = diag_answer(&r, h, data, len);

	if (!error && r.len && !r.failed)
		deliver(n, r.data, r.len);
	kfree(r.data);
	if (error || (!dump && h->flags & NLM_F_ACK)) {
		acknowledge(n, h, error);
		return;
	}
	if (!dump)
		return;
	struct { struct nlmsghdr h; s32 zero; } done = { { sizeof(done), NLMSG_DONE, NLM_F_MULTI, h->sequence, n->port }, 0 };
	deliver(n, &done, sizeof(done));
}

static long netlink_send(struct socket *s, const struct socket_msg *m, int flags)
{
	struct netlink *n = netlink_of(s);
	u32 at = 0;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (m->name_len && (m->name_len < sizeof(struct sockaddr_nl) || *(const u16 *)m->name != AF_NETLINK))
		return -EINVAL;
	if (m->total > MSG_LIMIT)
		return -EMSGSIZE;
	autobind(n);
	u8 *data = kmalloc(m->total + 1);
	if (!data)
		return -ENOBUFS;
	if (iov_gather(data, m->v, 0, m->total) < m->total) {
		kfree(data);
		return -EFAULT;
	}
	while (m->total - at >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *h = (const void *)(data + at);
		if (h->len < sizeof(*h) || h->len > m->total - at)
			break;
		if (h->type >= 16)	/* NLMSG_MIN_TYPE */
			answer(n, h);
		else if (h->flags & NLM_F_ACK)
			acknowledge(n, h, 0);
		at += min((size_t)align_up(h->len, 4U), m->total - at);
	}
	kfree(data);
	return m->total;
}

static long netlink_recv(struct socket *s, struct socket_msg *m, int flags)
{
	struct netlink *n = netlink_of(s);
	ns_t deadline = socket_deadline(s->recv_timeout);
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	while (list_empty(&n->queue))
		if ((err = socket_error(s)) || (err = socket_wait(&n->q, flags, deadline)))
			return err;
	struct packet *p = list_first(&n->queue, struct packet, link);
	size_t k = min((size_t)p->len, m->total);
	if (!(flags & MSG_PEEK)) {
		list_remove(&p->link);
		n->queued -= p->len;
	}
	*(struct sockaddr_nl *)m->name = (struct sockaddr_nl){ .family = AF_NETLINK };
	m->name_len = sizeof(struct sockaddr_nl);
	m->flags = k < p->len ? MSG_TRUNC : 0;
	long r = flags & MSG_TRUNC ? p->len : k;
	u8 *copy = flags & MSG_PEEK ? kmalloc(k + 1) : p->data;	/* the copy may sleep, and another reader take it */
	if (!copy)
		return -ENOBUFS;
	if (flags & MSG_PEEK)
		memcpy(copy, p->data, k);
	if (iov_scatter(m->v, 0, copy, k) < k)
		r = -EFAULT;
	kfree(flags & MSG_PEEK ? (void *)copy : p);
	return r;
}

static int netlink_bind(struct socket *s, const void *name, int len)
{
	struct netlink *n = netlink_of(s);
	const struct sockaddr_nl *a = name;

	if (len < (int)sizeof(*a) || a->family != AF_NETLINK)
		return -EINVAL;
	if (n->bound && a->port && a->port != n->port)
		return -EINVAL;
	n->groups = a->groups;
	if (a->port && !n->bound) {
		n->port = a->port;
		n->bound = true;
	}
	autobind(n);
	return 0;
}

static int netlink_connect(struct socket *s, const void *name, int len, int flags)
{
	const struct sockaddr_nl *a = name;

	if (len < (int)sizeof(*a) || a->family != AF_NETLINK)
		return -EINVAL;
	autobind(netlink_of(s));
	return a->port || a->groups ? -ECONNREFUSED : 0;
}

static int netlink_name(struct socket *s, bool peer, void *out)
{
	struct netlink *n = netlink_of(s);

	*(struct sockaddr_nl *)out = (struct sockaddr_nl){ AF_NETLINK, 0, peer ? 0 : n->port, peer ? 0 : n->groups };
	return sizeof(struct sockaddr_nl);
}

static int netlink_shutdown(struct socket *s, int how) { return -EOPNOTSUPP; }

/* Options of SOL_NETLINK: there are no groups to hear of, and answers are not filtered. */
static int netlink_setsockopt(struct socket *s, int level, int option, const void *user, int len)
{
	return level == 270 && option >= 1 && option <= 12 && len >= (int)sizeof(int) ? 0 : -ENOPROTOOPT;
}

static int netlink_poll(struct file *f, struct poll_table *pt)
{
	struct netlink *n = f->data;

	poll_wait(&n->q, pt);
	return POLLOUT | POLLWRNORM | POLLWRBAND | (list_empty(&n->queue) ? 0 : POLLIN | POLLRDNORM) | (n->s.error ? POLLERR : 0);
}

static void netlink_release(struct file *f)
{
	struct netlink *n = f->data;

	while (!list_empty(&n->queue)) {
		struct packet *p = list_first(&n->queue, struct packet, link);
		list_remove(&p->link);
		kfree(p);
	}
	if (first == n)
		first = NULL;
	kfree(n);
}

static long netlink_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	return interface_ioctl(cmd, arg);
}

static const struct file_ops file_ops = {
	.read = socket_read, .write = socket_write, .poll = netlink_poll, .ioctl = netlink_ioctl, .release = netlink_release,
};
static const struct socket_ops ops = {
	.send = netlink_send, .recv = netlink_recv, .shutdown = netlink_shutdown, .name = netlink_name, .bind = netlink_bind,
	.connect = netlink_connect, .setsockopt = netlink_setsockopt,
};

struct file *netlink_socket(int type, int protocol, int flags)
{
	if (type != SOCK_RAW && type != SOCK_DGRAM)
		return ERR_PTR(-ESOCKTNOSUPPORT);
	if (protocol != NETLINK_ROUTE && protocol != NETLINK_SOCK_DIAG && protocol != NETLINK_KOBJECT_UEVENT)
		return ERR_PTR(-EPROTONOSUPPORT);
#ifndef MODULE
	KEEP(procnode_net_interfaces);
	KEEP(procnode_class_net);
#endif
	struct netlink *n = kzalloc(sizeof(*n));
	struct file *f = n ? socket_file(&file_ops, &n->s, flags) : NULL;
	if (!f) {
		kfree(n);
		return ERR_PTR(-ENOMEM);
	}
	n->s = (struct socket){ .ops = &ops, .domain = AF_NETLINK, .type = type, .protocol = protocol, .send_room = ROOM, .recv_room = ROOM,
		.send_timeout = FOREVER, .recv_timeout = FOREVER };
	list_init(&n->queue);
	waitq_init(&n->q);
	return f;
}
IMPLEMENT(netlink_socket);
