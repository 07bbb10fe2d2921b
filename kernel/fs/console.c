/* The console as descriptors 0, 1, 2. It is a terminal only when the command
 * line says uk.tty=1; otherwise it looks like the pipes of a container's log. */
#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static long serial_console_write(const char *buf, size_t n)
{
	serial_write(buf, n);
	return n;
}

static long no_input(char *buf, size_t n, bool nonblock)
{
	return 0;
}

static struct console serial = { .write = serial_console_write, .read = no_input };
struct console *console = &serial;

static long console_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	return n ? console->read(buf, n, f->flags & O_NONBLOCK) : 0;
}

static long console_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	return n ? console->write(buf, n) : 0;
}

struct termios {
	u32 iflag, oflag, cflag, lflag;
	u8 line, cc[19];
};
struct winsize {
	u16 rows, cols, xpixel, ypixel;
};

/* ioctl_tty(2). Line editing is the host terminal's; its modes cannot be set from here. */
static long console_ioctl(struct file *f, unsigned long cmd, unsigned long arg)
{
	static const struct termios cooked = {
		.iflag = 0x500, .oflag = 5, .cflag = 0xbf, .lflag = 0x8a3b,
		.cc = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22 },
	};

	if (!S_ISCHR(f->vnode->mode))
		return -ENOTTY;
	switch (cmd) {
	case TCGETS:
		CHECK_WRITE((void *)arg, sizeof(cooked));
		*(struct termios *)arg = cooked;
		return 0;
	case TIOCGWINSZ:
		CHECK_WRITE((void *)arg, sizeof(struct winsize));
		*(struct winsize *)arg = (struct winsize){ 24, 80 };
		return 0;
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return -EOPNOTSUPP;
	}
	return -ENOTTY;
}

static int console_poll(struct file *f, struct poll_table *pt)
{
	int ready = 0;

	if ((f->flags & O_ACCMODE) != O_WRONLY) {
		if (console->readers)
			poll_wait(console->readers, pt);
		if (!console->readable || console->readable())
			ready |= POLLIN | POLLRDNORM;
	}
	if ((f->flags & O_ACCMODE) != O_RDONLY)
		ready |= POLLOUT | POLLWRNORM;
	return ready;
}

const struct file_ops console_ops = {
	.read = console_read, .write = console_write, .ioctl = console_ioctl, .poll = console_poll,
};

/* Through /proc/self/fd/N and so /dev/stdout. */
static int console_open(struct vnode *v, struct file *f)
{
	f->ops = &console_ops;
	return 0;
}

static const struct vnode_ops console_vnode_ops = { .open = console_open };
struct vnode console_vnode = { .ops = &console_vnode_ops, .refs = 1, .nlink = 1, .mode = S_IFIFO | 0600, .ino = 3 };

void fd_init(void)
{
	static struct file std[3];
	const char *tty = cmdline_get("uk.tty", 0);
	bool terminal = tty && *tty == '1';

	if (terminal) {
		console_vnode.mode = S_IFCHR | 0620;
		console_vnode.rdev = MAKEDEV(136, 0);
	}
	for (int i = 0; i < 3; i++) {
		/* one reference more than the descriptor's: never freed */
		std[i] = (struct file){ .ops = &console_ops, .refs = 2, .vnode = &console_vnode,
			.flags = terminal ? O_RDWR : i ? O_WRONLY : O_RDONLY };
		fd_install(&std[i], i, false);
	}
}
