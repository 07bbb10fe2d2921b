/* What sockets of every family share. */
#include "kernel.h"
#include "socket.h"

static int refuse(struct vnode *v, struct file *f)
{
	return -ENXIO;
}

static void vnode_release(struct vnode *v)
{
	kfree(v);
}

static const struct vnode_ops socket_vnode_ops = { .open = refuse, .release = vnode_release };

struct file *socket_file(const struct file_ops *ops, struct socket *s, int flags)
{
	static u64 last_ino = 1 << 20;	/* apart from pipes */
	char name[40];
	struct vnode *v = kzalloc(sizeof(*v));
	struct file *f = file_alloc(ops, O_RDWR | flags);

	if (!v || !f) {
		kfree(v);
		kfree(f);
		return NULL;
	}
	v->ops = &socket_vnode_ops;
	v->refs = v->nlink = 1;
	v->mode = S_IFSOCK | 0777;
	v->ino = ++last_ino;
	v->mtime_ns = v->atime_ns = v->ctime_ns = now_realtime();
	ksnprintf(name, sizeof(name), "socket:[%lu]", v->ino);
	f->path = kstrdup(name);
	f->vnode = v;
	f->data = s;
	return f;
}

ns_t socket_deadline(ns_t timeout)
{
	return timeout == FOREVER ? FOREVER : now_monotonic() + timeout;
}

int socket_wait(struct waitq *q, int flags, ns_t deadline)
{
	int err = flags & MSG_DONTWAIT ? -EAGAIN : wait_on(q, deadline, true);

	return err == -EINTR ? socket_interrupted(deadline) : err == -ETIMEDOUT ? -EAGAIN : err;
}

long socket_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct iovec v = { buf, n };
	struct socket_msg m = { .v = &v, .n = 1, .total = n };

	return n ? socket_recv(f, &m, 0) : 0;
}

long socket_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	struct iovec v = { (void *)buf, n };
	struct socket_msg m = { .v = &v, .n = 1, .total = n };

	return socket_send(f, &m, 0);
}

static size_t iov_move(void *p, const struct iovec *v, size_t skip, size_t n, bool scatter)
{
	size_t done = 0;

	for (size_t part; done < n; v++, done += part) {
		void *at = (char *)v->base + skip, *mine = (char *)p + done;
		part = skip < v->len ? min(v->len - skip, n - done) : 0;
		size_t did = user_copy(scatter ? at : mine, scatter ? mine : at, part);
		if (did < part)
			return done + did;
		skip = part ? 0 : skip - v->len;
	}
	return done;
}

size_t iov_gather(void *to, const struct iovec *v, size_t skip, size_t n)
{
	return iov_move(to, v, skip, n, false);
}

size_t iov_scatter(const struct iovec *v, size_t skip, const void *from, size_t n)
{
	return iov_move((void *)from, v, skip, n, true);
}
