/* vmsplice(2). Bytes are copied: what a program writes to its memory later does not show in the pipe. */
#include "file.h"
#include "pipe.h"

#define SPLICE_F_NONBLOCK	2
#define SPLICE_F_ALL		15

/* A page of the program is one of the pipe. How many bytes, until there is no room. */
static long fill(struct pipe *p, const struct iovec *v)
{
	const char *from = v->base, *end = from + v->len;

	while (from < end && p->used < p->count) {
		u16 start = (u64)from % PAGE_SIZE, part = min((size_t)(end - from), (size_t)PAGE_SIZE - start);
		u8 *page = pages_alloc(0, false);
		if (!page)
			return from > (const char *)v->base ? from - (const char *)v->base : -ENOMEM;
		memcpy(page + start, from, part);
		*pipe_slot(p, p->used++) = (struct pipe_slot){ .page = page, .start = start, .len = part, .shared = true };
		from += part;
	}
	return from - (const char *)v->base;
}

/* How many bytes, until there are no more. */
static long drain(struct pipe *p, const struct iovec *v)
{
	char *to = v->base, *end = to + v->len;

	while (to < end && p->used) {
		struct pipe_slot *s = pipe_slot(p, 0);
		u16 part = min((size_t)(end - to), (size_t)s->len);
		memcpy(to, s->page + s->start, part);
		to += part;
		s->start += part;
		s->len -= part;
		if (!s->len)
			pipe_drop_first(p);
	}
	return to - (char *)v->base;
}

static long move(struct pipe *p, const struct iovs *v, bool in, bool nonblock)
{
	long done = 0, r = in ? pipe_enter_room(p, nonblock) : pipe_enter_bytes(p, nonblock);

	if (r)
		return r;
	for (u32 i = 0; i < v->n && r >= 0; i++) {
		r = in ? fill(p, &v->v[i]) : drain(p, &v->v[i]);
		done += max(r, 0L);
		if (r != (long)v->v[i].len)
			break;
	}
	if (done && in)
		wake_all_for(&p->read_q, PIPE_READ_EVENTS);
	else if (done)
		wake_all_for(&p->write_q, PIPE_WRITE_EVENTS);
	pipe_leave(p);
	return done ? done : r;
}

long sys_vmsplice(int fd, const struct iovec *user, unsigned long n, u32 flags)
{
	struct iovs v;

	KERNEL_LOCK();
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	FD_FILE(f, fd);
	struct pipe *p = pipe_of(f);
	bool in = file_writes(f);
	size_t room;
	int err = p ? iov_import(&v, user, n, in ? PROT_READ : PROT_WRITE) : iov_load(&v, user, n, 0, &room);
	if (err)
		return err;
	long r = !v.total ? 0 : p ? move(p, &v, in, flags & SPLICE_F_NONBLOCK) : -EBADF;
	iov_free(&v);
	return r;
}
SYSCALL(278, vmsplice, PARTIAL("memory is copied, not lent to the pipe"));
