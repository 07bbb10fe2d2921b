/* What sockets need of the rest of the kernel, of which there is none: nobody sleeps, all memory is there, and nobody
 * reads /proc/net. */
#include "sockets.h"
#include "identity.h"
#include "vfs.h"

const char inet_nodes_file[1];

u64 seed = 88172645463325252;
u32 any(u32 n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return n ? seed % n : 0;
}
void random_bytes(void *buf, size_t n) { for (u8 *p = buf; n--;) *p++ = any(256); }

void text_add(struct text *t, const void *s, size_t n) {}
void text_printf(struct text *t, const char *fmt, ...) {}
void klock(void) {}
void waitq_init(struct waitq *q) { list_init(&q->threads); list_init(&q->pollers); }
void wake_one(struct waitq *q) {}
void wake_all(struct waitq *q) {}
void wake_all_for(struct waitq *q, u32 events) {}
int wait_on(struct waitq *q, ns_t deadline, bool interruptible) { return -EINTR; }
ns_t now_realtime(void) { return 1; }
struct identity identity_first;
static struct thread one = { .self = &one };
/* GS leads to the current thread. */
__attribute__((constructor)) static void begin(void)
{
	host_set_gs(&one);
}
ns_t socket_deadline(ns_t timeout) { return FOREVER; }
int socket_wait(struct waitq *q, int flags, ns_t deadline) { return -EAGAIN; }
long socket_broken(int flags) { return -EPIPE; }
long socket_read(struct file *f, void *buf, size_t n, u64 *pos) { return 0; }
long socket_write(struct file *f, const void *buf, size_t n, u64 *pos) { return 0; }
void socket_control_put(struct socket_msg *m, int level, int type, const void *data, size_t n) {}
bool user_ok(const void *addr, size_t len, int prot) { return true; }
size_t iov_gather(void *to, const struct iovec *v, size_t skip, size_t n) { memset(to, 7, n); return n; }
size_t iov_scatter(const struct iovec *v, size_t skip, const void *from, size_t n)
{
	for (size_t k = 0; k < n; k++)	/* all of it is there */
		*(volatile u8 *)v->base = ((const u8 *)from)[k];
	return n;
}
static struct file files[64];
static u32 file_count;
struct file *socket_file(const struct file_ops *ops, struct socket *s, int flags)
{
	static struct vnode vnode;
	struct file *f = &files[file_count++ % 64];

	*f = (struct file){ .ops = ops, .data = s, .vnode = &vnode };
	return f;
}

u32 established, received, datagrams, accepted;

void check_socket(struct inet *i, const struct inet_way *way)
{
	struct packet *p;
	u32 n = 0;

	established += i->state == ESTABLISHED && i->way == way;
	received += is_stream(i) && i->number && i->queued;
	datagrams += !is_stream(i) && i->number && i->queued;
	accepted += i->accepted_count;
	list_each(p, &i->queue, link) {
		if (p->start + p->len > p->room)
			host_fail("a packet holds more than it has room for");
		n += is_stream(i) ? p->len : p->cost;
	}
	if (n != i->queued)
		host_fail("the count of what waits is wrong");
}
