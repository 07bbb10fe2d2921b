/* rt_sigaction(2) */
#include "kernel.h"
#include "signal.h"

long sys_rt_sigaction(int sig, const struct sigaction_kernel *act, struct sigaction_kernel *old, size_t size)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	if (size != 8)
		return -EINVAL;
	if (act)
		CHECK_READ(act, sizeof(*act));
	if (sig < 1 || sig > NSIG || (act && (sig == SIGKILL || sig == SIGSTOP)))
		return -EINVAL;
	if (old)
		CHECK_WRITE(old, sizeof(*old));
	struct sigaction_kernel was = sigactions[sig];
	if (act) {
		sigactions[sig] = *act;
		if (signal_ignored(sig))	/* what waits is ignored as well, even where it is blocked */
			signal_flush(sig, -1);
	}
	if (old)
		*old = was;
	return 0;
}
SYSCALL(13, rt_sigaction, PARTIAL("no SA_NOCLDWAIT or SA_NOCLDSTOP: there are no children"));
