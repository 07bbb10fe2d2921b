/* splice(2), tee(2). Between pipes pages change hands; elsewhere bytes are copied. */
#include "file.h"
#include "pipe.h"

#define SPLICE_F_NONBLOCK	2
#define SPLICE_F_ALL		15

/* Two at once: whoever copies from one to the other may meet who goes the other way. */
static void enter_both(struct pipe *a, struct pipe *b)
{
	for (;;) {
		pipe_enter(a);
		if (!b->busy) {
			b->busy = true;
			return;
		}
		pipe_leave(a);
		pipe_enter(b);
		pipe_leave(b);
	}
}

static void leave_both(struct pipe *a, struct pipe *b)
{
	pipe_leave(a);
	pipe_leave(b);
}

/* NULL, or where to wait for bytes in IN. *R: what to return if there is nothing to wait for. */
static struct waitq *lacks_bytes(struct pipe *in, long *r)
{
	*r = 0;
	return in->used || !in->writers ? NULL : &in->read_q;
}

/* The same for room in OUT. */
static struct waitq *lacks_room(struct pipe *out, long *r)
{
	*r = 0;
	if (!out->readers)
		*r = pipe_broken();
	return *r || out->used < out->count ? NULL : &out->write_q;
}

/* Puts up to N bytes of slot I of IN at the end of OUT; TEE: they stay in IN too. How many. */
static size_t hand_over(struct pipe *out, struct pipe *in, u32 i, size_t n, bool tee)
{
	struct pipe_slot *from = pipe_slot(in, i), *to = pipe_slot(out, out->used);
	size_t part = min(n, (size_t)from->len);

	out->used++;
	*to = *from;
	to->len = part;
	if (!tee && part == from->len) {
		in->first = (in->first + 1) % in->count;
		in->used--;
		return part;
	}
	page_get(to->page);
	to->shared = from->shared = true;
	if (!tee) {
		from->start += part;
		from->len -= part;
	}
	return part;
}

static long between(struct pipe *out, struct pipe *in, size_t n, bool nonblock, bool tee)
{
	size_t done = 0;
	long r, broken;

	for (;;) {
		enter_both(in, out);
		struct waitq *q = lacks_bytes(in, &r), *room = lacks_room(out, &broken);
		if (broken || (!q && !in->used) || (!q && !room))
			break;
		leave_both(in, out);
		int err = nonblock ? -EAGAIN : wait_on(q ? q : room, FOREVER, true);
		if (err)
			return err;
	}
	for (u32 i = 0; !broken && done < n && i < in->used && out->used < out->count; i += tee)
		done += hand_over(out, in, i, n - done, tee);
	if (done && !tee)
		wake_all_for(&in->write_q, PIPE_WRITE_EVENTS);
	if (done)
		wake_all_for(&out->read_q, PIPE_READ_EVENTS);
	leave_both(in, out);
	return done ? (long)done : broken;
}

/* Enters P, of which LACKS says when it is ready. 0, or an error when it was not entered. */
static long enter_ready(struct pipe *p, struct waitq *(*lacks)(struct pipe *p, long *r), bool nonblock)
{
	long r;

	for (;;) {
		pipe_enter(p);
		struct waitq *q = lacks(p, &r);
		if (!q && !r)
			return 0;
		pipe_leave(p);
		if (!q)
			return r;
		int err = nonblock ? -EAGAIN : wait_on(q, FOREVER, true);
		if (err)
			return err;
	}
}

long pipe_enter_room(struct pipe *p, bool nonblock)
{
	return enter_ready(p, lacks_room, nonblock);
}

long pipe_enter_bytes(struct pipe *p, bool nonblock)
{
	return enter_ready(p, lacks_bytes, nonblock);
}

static bool has_more(struct file *f)
{
	return file_positioned(f) || !f->ops->poll || f->ops->poll(f, NULL) & POLLIN;
}

static long to_pipe(struct pipe *out, struct file *in, u64 *pos, size_t n, bool nonblock, bool now)
{
	size_t done = 0;
	long r = pipe_enter_room(out, nonblock);

	if (r)
		return r;
	if (now && !has_more(in))
		r = -EAGAIN;
	while (!r && done < n && out->used < out->count && (!done || has_more(in))) {
		struct pipe_slot *s = pipe_slot(out, out->used);
		u16 start = S_ISREG(in->vnode->mode) ? *pos % PAGE_SIZE : 0;	/* a page of a file is one of the pipe */
		size_t part = min(n - done, (size_t)PAGE_SIZE - start);
		u8 *page = pages_alloc(0, false);
		long got = page ? file_read(in, page + start, part, pos) : -ENOMEM;
		if (got <= 0) {
			if (page)
				page_put(page);
			r = got;
			break;
		}
		*s = (struct pipe_slot){ .page = page, .start = start, .len = got, .shared = true };
		out->used++;
		done += got;
		if ((size_t)got < part)
			break;
	}
	if (done)
		wake_all_for(&out->read_q, PIPE_READ_EVENTS);
	pipe_leave(out);
	return done ? (long)done : r;
}

static long from_pipe(struct file *out, u64 *pos, struct pipe *in, size_t n, bool nonblock)
{
	size_t done = 0;
	long r = pipe_enter_bytes(in, nonblock);

	if (r)
		return r;
	while (done < n && in->used) {
		struct pipe_slot *s = pipe_slot(in, 0);
		size_t part = min(n - done, (size_t)s->len);
		r = file_write(out, s->page + s->start, part, pos);
		if (r <= 0)
			break;
		s->start += r;
		s->len -= r;
		done += r;
		if (!s->len)
			pipe_drop_first(in);
		if ((size_t)r < part)
			break;
	}
	if (done)
		wake_all_for(&in->write_q, PIPE_WRITE_EVENTS);
	pipe_leave(in);
	return done ? (long)done : r;
}

/* What is neither a pipe nor has bytes in a row cannot take part: eventfd(2) and the like. */
static bool spliceable(struct file *f)
{
	u32 mode = f->vnode->mode;

	return S_ISREG(mode) || S_ISCHR(mode) || S_ISSOCK(mode) || S_ISBLK(mode);
}

/* POS of F, which is no pipe: may N bytes from there on move? */
static long check_file(struct file *f, bool given, u64 pos, size_t n, bool write)
{
	if (given && !file_positioned(f))
		return -EINVAL;
	if (write && f->flags & O_APPEND)
		return -EINVAL;
	if ((s64)pos < 0 || (s64)n < 0 || (s64)(pos + n) < 0)
		return -EINVAL;
	return spliceable(f) ? 0 : -EINVAL;
}

static long splice(struct file *in, s64 *in_off, struct file *out, s64 *out_off, size_t n, u32 flags)
{
	struct pipe *from = pipe_of(in), *to = pipe_of(out);
	bool now = flags & SPLICE_F_NONBLOCK;

	if (from && to) {
		if (from == to)
			return -EINVAL;
		return between(to, from, n, now || (in->flags | out->flags) & O_NONBLOCK, false);
	}
	if (!from && !to)
		return -EINVAL;
	struct file *f = from ? out : in;
	s64 *off = from ? out_off : in_off;
	u64 *pos = off ? (u64 *)off : &f->pos;
	long err = check_file(f, off, file_positioned(f) ? *pos : 0, n, from);
	if (err)
		return err;
	n = min(n, MAX_RW_COUNT);
	return from ? from_pipe(out, pos, from, n, now || in->flags & O_NONBLOCK) :
		to_pipe(to, in, pos, n, now || out->flags & O_NONBLOCK, now);
}

static bool directions_ok(struct file *in, struct file *out)
{
	return file_reads(in) && file_writes(out);
}

long sys_splice(int in_fd, s64 *in_user, int out_fd, s64 *out_user, size_t n, u32 flags)
{
	s64 in_off, out_off;

	KERNEL_LOCK();
	if (!n)
		return 0;
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	FD_FILE(in, in_fd);
	FD_FILE(out, out_fd);
	if ((in_user && pipe_of(in)) || (out_user && pipe_of(out)))
		return -ESPIPE;
	if (out_user)
		CHECK_WRITE(out_user, sizeof(*out_user));
	if (in_user)
		CHECK_WRITE(in_user, sizeof(*in_user));
	if (!directions_ok(in, out))
		return -EBADF;
	if (in_user)
		in_off = *in_user;
	if (out_user)
		out_off = *out_user;
	long r = splice(in, in_user ? &in_off : NULL, out, out_user ? &out_off : NULL, n, flags);
	if (r >= 0 && in_user)
		*in_user = in_off;
	if (r >= 0 && out_user)
		*out_user = out_off;
	return r;
}
SYSCALL(275, splice, FULL);

long sys_tee(int in_fd, int out_fd, size_t n, u32 flags)
{
	KERNEL_LOCK();
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!n)
		return 0;
	FD_FILE(in, in_fd);
	FD_FILE(out, out_fd);
	struct pipe *from = pipe_of(in), *to = pipe_of(out);
	if (!directions_ok(in, out))
		return -EBADF;
	if (!from || !to || from == to)
		return -EINVAL;
	return between(to, from, n, flags & SPLICE_F_NONBLOCK || (in->flags | out->flags) & O_NONBLOCK, true);
}
SYSCALL(276, tee, FULL);
