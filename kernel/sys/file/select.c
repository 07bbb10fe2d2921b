#include "file.h"
#include "inet_host.h"

/* select(2): which poll() events make a descriptor part of each set. */
#define IN_SET	(POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR)
#define OUT_SET	(POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR)
#define EX_SET	POLLPRI
#define FD_MAX	1048576

static const int events[3] = { IN_SET, OUT_SET, EX_SET };

static bool bit(const u64 *set, int fd)
{
	return set && set[fd / 64] >> (fd % 64) & 1;
}

static long scan(int n, u64 *const in[3], u64 *const out[3], struct poll_table *pt)
{
	long count = 0;

	for (int s = 0; s < 3; s++)
		memset(out[s], 0, (n + 63) / 64 * 8);
	for (int fd = 0; fd < n; fd++) {
		if (!bit(in[0], fd) && !bit(in[1], fd) && !bit(in[2], fd))
			continue;
		FD_FILE(f, fd);
		int ready = file_poll(f, pt);
		for (int s = 0; s < 3; s++)
			if (bit(in[s], fd) && ready & events[s]) {
				out[s][fd / 64] |= 1UL << (fd % 64);
				count++;
			}
	}
	return count;
}

static long do_select(int n, u64 *const user[3], ns_t deadline)
{
	struct poller w;
	u64 *in[3] = { 0 }, *out[3];
	long ready, err = 0;

	if (n < 0)
		return -EINVAL;
	n = min(n, FD_MAX);
	size_t words = (n + 63) / 64;
	for (int s = 0; s < 3; s++)
		if (user[s])
			CHECK_WRITE(user[s], words * 8);
	u64 *sets = kzalloc(6 * words * 8 + 8);
	if (!sets)
		return -ENOMEM;
	for (int s = 0; s < 3; s++) {
		out[s] = sets + (3 + s) * words;
		if (user[s])
			memcpy(in[s] = sets + s * words, user[s], (n + 7) / 8);
	}
	poller_init(&w);
	inet_host_waits(1);
	for (;;) {
		ready = scan(n, in, out, &w.set.pt);
		if (w.set.failed)
			err = -ENOMEM;
		if (ready || err)
			break;
		err = poller_sleep(&w, deadline);
	}
	inet_host_waits(-1);
	poll_set_free(&w.set);
	if (ready < 0)
		err = ready;
	if (ready > 0 || err == -ETIMEDOUT)
		err = 0;
	for (int s = 0; s < 3 && !err; s++)
		if (user[s])
			memcpy(user[s], out[s], (n + 7) / 8);
	kfree(sets);
	return err ? err : ready;
}

long sys_select(int n, u64 *in, u64 *out, u64 *ex, struct timeval *tv)
{
	struct timespec t;
	ns_t deadline = FOREVER;

	KERNEL_LOCK();
	if (tv) {
		CHECK_READ(tv, sizeof(*tv));
		if (tv->tv_sec < 0 || tv->tv_usec < 0)
			return -EINVAL;
		t = (struct timespec){ tv->tv_sec + tv->tv_usec / 1000000, tv->tv_usec % 1000000 * 1000 };
		deadline = t.tv_sec || t.tv_nsec ?
			now_monotonic() + min((u64)t.tv_sec, 9000000000UL) * 1000000000 + t.tv_nsec : 0;
	}
	long r = do_select(n, (u64 *[3]){ in, out, ex }, deadline);
	if (tv && user_ok(tv, sizeof(*tv), PROT_WRITE)) {
		ns_t now = now_monotonic(), left = deadline > now ? deadline - now : 0;
		*tv = (struct timeval){ left / 1000000000, left % 1000000000 / 1000 };
	}
	return r;
}
SYSCALL(23, select, FULL);

struct sigset_arg {
	const u64 *mask;
	size_t size;
};

long sys_pselect6(int n, u64 *in, u64 *out, u64 *ex, struct timespec *timeout, const struct sigset_arg *arg)
{
	struct sigset_arg a = { 0 };
	ns_t deadline;

	KERNEL_LOCK();
	if (arg) {
		CHECK_READ(arg, sizeof(*arg));
		a = *arg;
	}
	int err = deadline_get(timeout, &deadline);
	if (err || (err = sigmask_enter(a.mask, a.size)))
		return err;
	long r = do_select(n, (u64 *[3]){ in, out, ex }, deadline);
	sigmask_leave(a.mask, r);
	deadline_put(timeout, deadline);
	return r;
}
SYSCALL(270, pselect6, FULL);
