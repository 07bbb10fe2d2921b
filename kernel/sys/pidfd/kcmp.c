/* kcmp(2): threads of one process share everything but what they have open by number. */
#include "../file/file.h"

#define KCMP_FILE	0
#define KCMP_VM		1
#define KCMP_SYSVSEM	6
#define KCMP_EPOLL_TFD	7

static long compare_files(int a, int b)
{
	struct file *f = fd_get(a), *g = fd_get(b);
	long r = !f || !g ? -EBADF : f == g ? 0 : f < g ? 1 : 2;

	if (f)
		file_put(f);
	if (g)
		file_put(g);
	return r;
}

long sys_kcmp(int a, int b, int type, u64 index_a, u64 index_b)
{
	KERNEL_LOCK();
	if (!thread_by_tid(a) || !thread_by_tid(b))
		return -ESRCH;
	if (type == KCMP_FILE)
		return compare_files(index_a, index_b);
	if (type == KCMP_EPOLL_TFD)
		return -EOPNOTSUPP;
	return type >= KCMP_VM && type <= KCMP_SYSVSEM ? 0 : -EINVAL;
}
SYSCALL(312, kcmp, PARTIAL("no KCMP_EPOLL_TFD"));
