/* signalfd(2). A descriptor holds a mask only: what it reads is what is
 * pending for the thread that reads, as on Linux. */
#include "../file/file.h"
#include "signal.h"

u64 signal_process_pending(void);	/* core/signal/send.c */

struct signalfd {
	u64 mask;
};

struct signalfd_siginfo {
	u32 signo;
	s32 error, code;
	u32 pid, uid;
	s32 fd;
	u32 timer_id, band, overrun, trapno;
	s32 status, value_int;
	u64 value, utime, stime, addr;
	u16 addr_lsb, pad2;
	s32 syscall;
	u64 call_addr;
	u32 arch;
	u8 pad[28];
};
_Static_assert(sizeof(struct signalfd_siginfo) == 128, "struct signalfd_siginfo of Linux");

static struct waitq readers = WAITQ_INIT(readers);	/* of every signalfd: signals are few */

/* The signal is queued before anyone woken here gets the kernel lock. */
void signalfd_notify(int sig)
{
	wake_all(&readers);
}

static struct signalfd_siginfo tell(int sig, const struct siginfo *i)
{
	struct signalfd_siginfo out = { .signo = sig, .error = i->error, .code = i->code };
	u64 faults = SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGILL) | SIGBIT(SIGTRAP) | SIGBIT(SIGFPE);

	if (i->code == SI_TIMER) {
		out.timer_id = i->timer_id;
		out.overrun = i->overrun;
		out.value = i->timer_value;
		out.value_int = i->timer_value;
	} else if (i->code > 0 && i->code <= 6 && !(faults & SIGBIT(sig)) && sig != SIGCHLD) {	/* POLL_IN ... POLL_HUP */
		out.band = i->band;
		out.fd = i->fd;
	} else if (i->code > 0 && faults & SIGBIT(sig)) {
		out.addr = i->addr;
	} else {
		out.pid = i->pid;
		out.uid = i->uid;
		if (i->code < 0 && i->code != SI_TKILL) {	/* SI_QUEUE and what programs make up */
			out.value = i->value;
			out.value_int = i->value;
		}
	}
	return out;
}

static long signalfd_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	struct signalfd *s = f->data;
	struct signalfd_siginfo *out = buf;
	size_t room = n / sizeof(*out), got = 0;
	struct siginfo info;

	if (!room)
		return -EINVAL;
	while (got < room) {
		int sig = signal_take(s->mask, &info);
		if (sig) {
			out[got++] = tell(sig, &info);
			continue;
		}
		if (got)
			break;
		int err = file_wait(f, &readers, FOREVER);
		if (err)
			return err;
	}
	return got * sizeof(*out);
}

static int signalfd_poll(struct file *f, struct poll_table *pt)
{
	struct signalfd *s = f->data;

	poll_wait(&readers, pt);
	return (signal_state(current())->pending | signal_process_pending()) & s->mask ? POLLIN : 0;
}

static void signalfd_release(struct file *f)
{
	kfree(f->data);
}

static const struct file_ops signalfd_ops = {
	.read = signalfd_read, .poll = signalfd_poll, .release = signalfd_release, .seek = seek_nowhere,
};

void signalfd_info(struct text *t, struct file *f)
{
	if (f->ops == &signalfd_ops)
		text_printf(t, "sigmask:\t%016lx\n", ((struct signalfd *)f->data)->mask);
}

long sys_signalfd4(int fd, const u64 *set, size_t size, int flags)
{
	KERNEL_LOCK();
	KEEP(signal_send_info);
	if (size != 8)
		return -EINVAL;
	CHECK_READ(set, 8);
	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	u64 mask = *set & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
	if (fd != -1) {
		FD_FILE(f, fd);
		if (f->ops != &signalfd_ops)
			return -EINVAL;
		((struct signalfd *)f->data)->mask = mask;
		wake_all(&readers);
		return fd;
	}
	struct signalfd *s = kzalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->mask = mask;
	return anon_install(&signalfd_ops, "anon_inode:[signalfd]", O_RDWR | flags, s);
}
SYSCALL(289, signalfd4, FULL);

long sys_signalfd(int fd, const u64 *set, size_t size)
{
	return sys_signalfd4(fd, set, size, 0);
}
SYSCALL(282, signalfd, FULL);
