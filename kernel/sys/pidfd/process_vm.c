/* process_vm_readv(2), process_vm_writev(2): the one process there is reads its own memory. */
#include "../file/file.h"

/* A place in a vector of buffers. */
struct place {
	const struct iovs *of;
	u32 i;
	size_t done;	/* of buffer I */
};

/* The next buffer with something left, or NULL. */
static char *next_bytes(struct place *p, size_t *n)
{
	while (p->i < p->of->n && p->done == p->of->v[p->i].len) {
		p->i++;
		p->done = 0;
	}
	if (p->i == p->of->n)
		return NULL;
	*n = p->of->v[p->i].len - p->done;
	return (char *)p->of->v[p->i].base + p->done;
}

/* Up to the first byte that cannot be read or written; -EFAULT when that is the first of all. */
static long move(const struct iovs *to, const struct iovs *from)
{
	struct place a = { to }, b = { from };
	size_t can_write, can_read, total = 0;
	char *w, *r;

	while ((w = next_bytes(&a, &can_write)) && (r = next_bytes(&b, &can_read))) {
		size_t want = min(can_write, can_read);
		size_t n = min(user_room(w, want, PROT_WRITE), user_room(r, want, PROT_READ));
		memmove(w, r, n);
		a.done += n;
		b.done += n;
		total += n;
		if (n < want)
			return total ? (long)total : -EFAULT;
	}
	return total;
}

static long transfer(int pid, const struct iovs *local, const struct iovec *remote, unsigned long n, bool write)
{
	struct iovs there;
	size_t room;

	if (!local->total)
		return 0;
	int err = iov_load(&there, remote, n, 0, &room);
	if (err)
		return err;
	long r = !there.total ? 0 : !thread_by_tid(pid) ? -ESRCH : write ? move(&there, local) : move(local, &there);
	iov_free(&there);
	return r;
}

static long process_vm(int pid, const struct iovec *local, unsigned long n, const struct iovec *remote, unsigned long m, u64 flags,
		       bool write)
{
	struct iovs here;
	size_t room;

	if (flags)
		return -EINVAL;
	int err = iov_load(&here, local, n, 0, &room);
	if (err)
		return err;
	long r = transfer(pid, &here, remote, m, write);
	iov_free(&here);
	return r;
}

long sys_process_vm_readv(int pid, const struct iovec *local, unsigned long n, const struct iovec *remote, unsigned long m, u64 flags)
{
	KERNEL_LOCK();
	return process_vm(pid, local, n, remote, m, flags, false);
}
SYSCALL(310, process_vm_readv, FULL);

long sys_process_vm_writev(int pid, const struct iovec *local, unsigned long n, const struct iovec *remote, unsigned long m, u64 flags)
{
	KERNEL_LOCK();
	return process_vm(pid, local, n, remote, m, flags, true);
}
SYSCALL(311, process_vm_writev, FULL);
