/* The controlling terminal of the one session, which the one process leads. */
#include "permission.h"
#include "proc_parts.h"
#include "tty.h"

#define PID	1	/* the one process, group and session */

struct tty *controlling_tty;

/* A leader without one gets the terminal that it opens (termios(7) of POSIX, 11.1.3), if it can read from it. */
void session_take(struct tty *tty, const struct file *f)
{
	if (!controlling_tty && !(f->flags & O_NOCTTY) && file_reads(f))
		controlling_tty = tty;
}

/* Kernels without signals know what each does unless it is caught. */
static void signal_process(int sig, int code)
{
	struct siginfo info = { .signo = sig, .code = code, .pid = code == SI_USER ? PID : 0 };

	if (signal_send_info)
		signal_send_info(NULL, sig, &info);
	else if (sig != SIGTSTP && sig != SIGWINCH && sig != SIGCONT)
		vm_exit(STATUS_SIGNAL, sig);
}

void session_signal(const struct tty *tty, int sig)
{
	if (controlling_tty == tty)
		signal_process(sig, SI_KERNEL);
}

static void leave(int code)
{
	controlling_tty = NULL;
	signal_process(SIGHUP, code);
	signal_process(SIGCONT, code);
}

void session_lose(struct tty *tty)
{
	if (controlling_tty == tty)
		leave(SI_KERNEL);
}

static long take(struct tty *tty, struct file *f)
{
	if (controlling_tty == tty)
		return 0;
	if (controlling_tty || (!file_reads(f) && !capable(CAP_SYS_ADMIN)))
		return -EPERM;
	controlling_tty = tty;
	return 0;
}

static long give_up(struct tty *tty, bool master)
{
	if (master || controlling_tty != tty)
		return -ENOTTY;
	leave(SI_USER);
	return 0;
}

static long set_group(struct tty *tty, unsigned long arg)
{
	if (controlling_tty != tty)
		return -ENOTTY;
	CHECK_READ((void *)arg, sizeof(int));
	int group = *(int *)arg;
	return group == PID ? 0 : group < 0 ? -EINVAL : thread_by_tid(group) ? -EPERM : -ESRCH;
}

/* TTY: of a master the other side. */
long session_ioctl(struct tty *tty, bool master, struct file *f, unsigned long cmd, unsigned long arg)
{
	bool ours = controlling_tty == tty;

	switch (cmd) {
	case TIOCSCTTY:
		return take(tty, f);
	case TIOCNOTTY:
		return give_up(tty, master);
	case TIOCGPGRP:
		return ours || master ? tty_put_int(arg, ours ? PID : 0) : -ENOTTY;
	case TIOCGSID:
		return ours ? tty_put_int(arg, PID) : -ENOTTY;
	case TIOCSPGRP:
		return set_group(tty, arg);
	}
	return -ENOTTY;
}

/* /dev/tty (tty(4)): only for who has a terminal. */
int controlling_open(struct file *f)
{
	return controlling_tty ? tty_open(controlling_tty, f) : -ENXIO;
}

/* Of /proc/self/stat. */
u32 controlling_rdev(void)
{
	return controlling_tty ? controlling_tty->rdev : 0;
}
