#include "file.h"

/* From IN at *pos to OUT, through a buffer: both may be anything. */
static long move(struct file *out, u64 *out_pos, struct file *in, u64 *in_pos, size_t n)
{
	u8 *buf = pages_alloc(4, false);
	size_t done = 0;
	long r = 0;

	if (!buf)
		return -ENOMEM;
	while (done < n) {
		u64 from = *in_pos;
		r = file_read(in, buf, min(n - done, (size_t)PAGE_SIZE << 4), in_pos);
		if (r <= 0)
			break;
		long w = file_write(out, buf, r, out_pos);
		if (w < r)
			*in_pos = from + max(w, 0L);
		if (w < 0) {
			r = w;
			break;
		}
		done += w;
		if (w < r)
			break;
	}
	pages_free(buf, 4);
	return done ? (long)done : r;
}

long sys_sendfile(int out_fd, int in_fd, s64 *user, size_t n)
{
	u64 pos;

	KERNEL_LOCK();
	if (user) {
		CHECK_WRITE(user, sizeof(*user));
		pos = *user;
	}
	FD_FILE(in, in_fd);
	if (!file_reads(in))
		return -EBADF;
	if (user && !file_positioned(in))
		return -ESPIPE;
	if ((s64)n < 0 || (user && ((s64)pos < 0 || (s64)(pos + n) < 0)))
		return -EINVAL;
	FD_FILE(out, out_fd);
	if (!file_writes(out))
		return -EBADF;
	bool to_pipe = S_ISFIFO(out->vnode->mode);
	if (!to_pipe && (out->flags & O_APPEND || !S_ISREG(in->vnode->mode)))
		return -EINVAL;
	/* a pipe without readers breaks whatever there is to send */
	if (to_pipe && n && out->ops->poll && out->ops->poll(out, NULL) & POLLERR)
		return file_write(out, "", 1, &out->pos);
	if (!S_ISREG(in->vnode->mode))
		return -EINVAL;
	long r = move(out, &out->pos, in, user ? &pos : &in->pos, min(n, MAX_RW_COUNT));
	if (user)
		*user = pos;
	return r;
}
SYSCALL(40, sendfile, FULL);

long sys_copy_file_range(int in_fd, s64 *in_user, int out_fd, s64 *out_user, size_t n, u32 flags)
{
	u64 in_pos, out_pos;

	KERNEL_LOCK();
	FD_FILE(in, in_fd);
	FD_FILE(out, out_fd);
	if (in_user)
		CHECK_READ(in_user, sizeof(*in_user));
	if (out_user)
		CHECK_READ(out_user, sizeof(*out_user));
	if (flags)
		return -EINVAL;
	in_pos = in_user ? (u64)*in_user : in->pos;
	out_pos = out_user ? (u64)*out_user : out->pos;
	if (S_ISDIR(in->vnode->mode) || S_ISDIR(out->vnode->mode))
		return -EISDIR;
	if (!S_ISREG(in->vnode->mode) || !S_ISREG(out->vnode->mode))
		return -EINVAL;
	if (!file_reads(in) || !file_writes(out) || out->flags & O_APPEND)
		return -EBADF;
	if (in_pos + n < in_pos || out_pos + n < out_pos)
		return -EOVERFLOW;
	if ((s64)in_pos < 0 || (s64)out_pos < 0)
		return -EINVAL;
	int err = vnode_refresh(in->vnode);
	if (err)
		return err;
	n = in_pos >= in->vnode->size ? 0 : min(min(n, MAX_RW_COUNT), in->vnode->size - in_pos);
	if (in->vnode == out->vnode && in_pos < out_pos + n && out_pos < in_pos + n)
		return -EINVAL;
	long r = move(out, &out_pos, in, &in_pos, n);
	if (r <= 0)
		return r;
	if (in_user)
		CHECK_WRITE(in_user, sizeof(*in_user));
	if (out_user)
		CHECK_WRITE(out_user, sizeof(*out_user));
	*(in_user ? (u64 *)in_user : &in->pos) = in_pos;
	*(out_user ? (u64 *)out_user : &out->pos) = out_pos;
	return r;
}
SYSCALL(326, copy_file_range, FULL);
