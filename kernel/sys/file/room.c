/* Buffers that reach into what is not mapped. As on Linux, which finds out while it copies: what fits before it moves,
 * and a buffer that nothing is copied to or from is not looked at. */
#include "file.h"

#define NULL_DEVICE	MAKEDEV(1, 3)
#define ZERO_DEVICE	MAKEDEV(1, 5)
#define MESSAGE_MIN	4096UL	/* an event of inotify(7) fits, whatever there is of the buffer */

/* Neither side has bytes to copy. */
static bool copies_nothing(struct file *f, bool write, u64 pos)
{
	const struct vnode *v = f->vnode;

	if (S_ISCHR(v->mode))
		return v->rdev == NULL_DEVICE || (write && v->rdev == ZERO_DEVICE);
	return !write && S_ISREG(v->mode) && v->ops->getpage && pos >= v->size;
}

/* Pipes and sockets copy when there is something, and see then how much of it goes. */
static bool reads_late(struct file *f, bool write)
{
	return !write && (S_ISFIFO(f->vnode->mode) || S_ISSOCK(f->vnode->mode));
}

static bool in_range(const void *buf, size_t n)
{
	return n <= USER_MAX && (u64)buf <= USER_MAX - n;
}

/* What comes before anything about the buffer. */
static int mode_check(struct file *f, bool write)
{
	if (write ? !file_writes(f) : !file_reads(f))
		return -EBADF;
	return (write ? f->ops->write != NULL : f->ops->read != NULL) || S_ISDIR(f->vnode->mode) ? 0 : -EINVAL;
}

/* Of N bytes at BUF ROOM are mapped: how many to move, or an error. */
static long room_limit(struct file *f, const void *buf, size_t n, size_t room, bool write, u64 pos)
{
	u32 mode = f->vnode->mode;

	int err = mode_check(f, write);

	if (err)
		return err;
	if (!in_range(buf, n))
		return -EFAULT;
	if (S_ISDIR(mode))
		return -EISDIR;
	if (copies_nothing(f, write, pos))
		return n;
	if (reads_late(f, write))
		return n;
	if (S_ISFIFO(mode))
		room = align_down(room, (size_t)PAGE_SIZE);	/* a page that cannot be filled is not sent */
	else if (!S_ISREG(mode) && !S_ISCHR(mode))
		room = 0;		/* messages are whole */
	return room ? (long)room : -EFAULT;
}

/* A message that is shorter than the buffer is read all the same; one that is not is lost, on Linux too. */
static long read_message(struct file *f, void *user, size_t n, size_t room, u64 *pos)
{
	void *buf = kmalloc(n);

	if (!buf)
		return -ENOMEM;
	long r = file_read(f, buf, n, pos);
	if (r > (long)room)
		r = -EFAULT;
	if (r > 0)
		memcpy(user, buf, r);
	kfree(buf);
	return r;
}

/* R bytes were read to BUF. The part of it that is gone was not. */
static long read_to(struct file *f, const void *buf, long r, u64 *pos)
{
	long part = r > 0 ? (long)user_copied(buf, r) : r;

	if (part == r)
		return r;
	if (file_positioned(f))
		*pos -= r - part;
	return part ? part : -EFAULT;
}

long file_read_user(struct file *f, void *buf, size_t n, u64 *pos)
{
	size_t room = user_room(buf, n, PROT_WRITE);

	if (room < n || (u64)buf > USER_MAX) {
		long limit = room_limit(f, buf, n, room, false, *pos);
		if (limit == -EFAULT && in_range(buf, n) && !file_positioned(f))
			return read_message(f, buf, min(n, max(room + 1, MESSAGE_MIN)), room, pos);
		if (limit < 0)
			return limit;
		if (reads_late(f, false))
			buf = user_target(buf, n);
		n = limit;
	}
	return read_to(f, buf, file_read(f, buf, n, pos), pos);
}

long file_write_user(struct file *f, const void *buf, size_t n, u64 *pos)
{
	size_t room = user_room(buf, n, PROT_READ);

	if (room < n || (u64)buf > USER_MAX) {
		long limit = room_limit(f, buf, n, room, true, *pos);
		if (limit < 0)
			return limit;
		n = limit;
	}
	return file_write(f, buf, n, pos);
}

/* An event that is there cannot go anywhere. */
static bool no_event(struct file *f)
{
	return f->flags & O_NONBLOCK && f->ops->poll && !(f->ops->poll(f, NULL) & POLLIN);
}

/* A vector for reading from F or writing to it, cut where memory ends. POS: where that begins. */
int iov_import_for(struct file *f, struct iovs *i, const struct iovec *user, unsigned long n, bool write, u64 pos)
{
	size_t room;
	int err = mode_check(f, write);

	if (!err)
		err = iov_load(i, user, n, write ? PROT_READ : PROT_WRITE, &room);
	if (err || room == i->total)
		return err;
	long left = room_limit(f, NULL, i->total, room, write, pos);
	if (left < 0) {
		iov_free(i);
		return left == -EFAULT && !write && no_event(f) ? -EAGAIN : left;
	}
	for (u32 k = 0; k < i->n && reads_late(f, write); k++)
		i->v[k].base = user_target(i->v[k].base, i->v[k].len);
	i->total = left;
	for (u32 k = 0; k < i->n; k++) {
		i->v[k].len = min(i->v[k].len, (size_t)left);
		left -= i->v[k].len;
	}
	return 0;
}

int iov_import_write(struct file *f, struct iovs *i, const struct iovec *user, unsigned long n)
{
	return iov_import_for(f, i, user, n, true, f->pos);
}
