/* kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2). There is one process: 1. */
#include "kernel.h"
#include "limits.h"
#include "signal.h"

static long send_to_thread(int tid, int sig, const struct siginfo *info)
{
	struct thread *t = thread_by_tid(tid);

	if (tid <= 0)
		return -EINVAL;
	if (!t)
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (sig)
		signal_send_info(t, sig, info);
	return 0;
}

static struct siginfo from_self(int sig, int code)
{
	return (struct siginfo){ .signo = sig, .code = code, .pid = 1 };
}

long sys_tgkill(int tgid, int tid, int sig)
{
	KERNEL_LOCK();
	struct siginfo info = from_self(sig, SI_TKILL);

	return tgid <= 0 || tid <= 0 ? -EINVAL : tgid == 1 ? send_to_thread(tid, sig, &info) : -ESRCH;
}
SYSCALL(234, tgkill, FULL);

long sys_tkill(int tid, int sig)
{
	KERNEL_LOCK();
	struct siginfo info = from_self(sig, SI_TKILL);

	return send_to_thread(tid, sig, &info);
}
SYSCALL(200, tkill, FULL);

/* A thread's number means the process. -1 means all others, and there is none; so does its group, which is number 1. */
static long send_to_process(int pid, int sig, const struct siginfo *info)
{
	if (pid < 0 || (pid > 1 && !thread_by_tid(pid)))
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (sig)
		signal_send_info(NULL, sig, info);
	return 0;
}

long sys_kill(int pid, int sig)
{
	KERNEL_LOCK();
	struct siginfo info = from_self(sig, SI_USER);

	return send_to_process(pid, sig, &info);
}
SYSCALL(62, kill, PARTIAL("there is one process"));

/* What looks like kill's or the kernel's one may only send to oneself. */
static bool forged(const struct siginfo *info, int pid)
{
	return (info->code >= 0 || info->code == SI_TKILL) && pid != 1;
}

/* RLIMIT_SIGPENDING, for signals that programs queue (__send_signal_locked() of Linux): those that are not real-time
 * ones go without their details. */
static int obey_limit(int sig, const struct siginfo **info)
{
	if ((*info)->code >= 0 || signals_queued < rlimits[RLIMIT_SIGPENDING].soft)
		return 0;
	if (sig >= SIGRTMIN)
		return -EAGAIN;
	*info = NULL;
	return 0;
}

long sys_rt_sigqueueinfo(int pid, int sig, const struct siginfo *user)
{
	KERNEL_LOCK();
	CHECK_READ(user, sizeof(*user));
	struct siginfo info = *user;

	info.signo = sig;
	if (forged(&info, pid))
		return -EPERM;
	const struct siginfo *queued = &info;
	int err = obey_limit(sig, &queued);
	return err ? err : send_to_process(pid, sig, queued);
}
SYSCALL(129, rt_sigqueueinfo, FULL);

long sys_rt_tgsigqueueinfo(int tgid, int tid, int sig, const struct siginfo *user)
{
	KERNEL_LOCK();
	CHECK_READ(user, sizeof(*user));
	struct siginfo info = *user;

	info.signo = sig;
	if (tgid <= 0 || tid <= 0)
		return -EINVAL;
	if (forged(&info, tid))
		return -EPERM;
	const struct siginfo *queued = &info;
	int err = obey_limit(sig, &queued);
	return err ? err : tgid != 1 ? -ESRCH : send_to_thread(tid, sig, queued);
}
SYSCALL(297, rt_tgsigqueueinfo, FULL);
