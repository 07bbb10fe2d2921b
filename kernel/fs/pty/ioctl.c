/* ioctl_tty(2) of a master. Modes and size are the slave's, and so is the session. */
#include "permission.h"
#include "pty.h"

static long get_int(unsigned long arg, int *value)
{
	CHECK_READ((void *)arg, sizeof(int));
	*value = *(int *)arg;
	return 0;
}

static long set_packet(struct pty *p, unsigned long arg)
{
	int on, err = get_int(arg, &on);

	if (err)
		return err;
	if (on && !p->packet)
		p->status = 0;
	p->packet = on;
	return 0;
}

static long set_lock(struct pty *p, unsigned long arg)
{
	int on, err = get_int(arg, &on);

	if (!err)
		p->locked = on;
	return err;
}

/* Opens the slave, whatever its name means to this process by now. */
static long open_peer(struct pty *p, int flags)
{
	struct file *f;
	int err = pty_slave_open(p, flags & ~(O_CREAT | O_EXCL | O_TRUNC), &f);

	return err ? err : fd_install(f, 0, flags & O_CLOEXEC);
}

static long send_signal(struct pty *p, int sig)
{
	if (sig != SIGINT && sig != SIGQUIT && sig != SIGTSTP)
		return -EINVAL;
	session_signal(&p->tty, sig);
	return 0;
}

static long flow(struct pty *p, unsigned long what)
{
	enum { TCOOFF, TCOON, TCIOFF, TCION };
	static const u8 keys[] = { [TCIOFF] = 19, [TCION] = 17 };

	if (what > TCION)
		return -EINVAL;
	if (what >= TCIOFF) {
		tty_input(&p->tty, &keys[what], 1);
		return 0;
	}
	p->stopped = what == TCOOFF;
	wake_all(&p->writers);
	return 0;
}

/* Of the master's own input, which is the slave's output, and of what it has written. */
static long flush(struct pty *p, unsigned long what)
{
	enum { TCIFLUSH, TCOFLUSH, TCIOFLUSH };

	if (what > TCIOFLUSH)
		return -EINVAL;
	if (what != TCOFLUSH) {
		queue_cut(&p->out, 0);
		wake_all_for(&p->tty.writers, POLLOUT | POLLWRNORM);
	}
	if (what != TCIFLUSH) {
		queue_cut(&p->tty.backlog, 0);
		p->tty.seen = 0;
		wake_all_for(&p->writers, POLLOUT | POLLWRNORM);
	}
	return 0;
}

static long hang_up(struct pty *p)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	tty_hang_up(&p->tty);
	return 0;
}

static long simulate(struct pty *p, unsigned long arg)
{
	CHECK_READ((void *)arg, 1);
	u8 c = *(u8 *)arg;
	return queue_add(&p->out, &c, 1) ? 0 : -ENOMEM;
}

long pty_master_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	struct pty *p = f->data;

	switch (cmd) {
	case TIOCGPTN:
		return tty_put_int(arg, p->index);
	case TIOCSPTLCK:
		return set_lock(p, arg);
	case TIOCGPTLCK:
		return tty_put_int(arg, p->locked);
	case TIOCPKT:
		return set_packet(p, arg);
	case TIOCGPKT:
		return tty_put_int(arg, p->packet);
	case TIOCSIG:
		return send_signal(p, arg);
	case TIOCGPTPEER:
		return open_peer(p, arg);
	case FIONREAD:
		return tty_put_int(arg, min(p->out.count, (u32)RECEIVED));
	case TIOCOUTQ:
		return tty_put_int(arg, 0);
	case TCXONC:
		return flow(p, arg);
	case TCFLSH:
		return flush(p, arg);
	case TIOCEXCL:
	case TIOCNXCL:
		p->exclusive = cmd == TIOCEXCL;	/* nobody can open it a second time anyway */
		return 0;
	case TIOCGEXCL:
		return tty_put_int(arg, p->exclusive);
	case TIOCVHANGUP:
		return hang_up(p);
	case TIOCSTI:
		return simulate(p, arg);
	case TIOCSCTTY: case TIOCNOTTY: case TIOCGPGRP: case TIOCSPGRP: case TIOCGSID:
		return session_ioctl(&p->tty, true, f, cmd, arg);
	}
	return tty_common_ioctl(&p->tty, f, cmd, arg);
}
