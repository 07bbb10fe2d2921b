/* The console as descriptors 0, 1, 2. It looks like the pipes of a container's log,
 * unless fs/tty makes it a terminal. */
#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "pipe.h"
#include "vfs.h"

static long serial_console_write(const char *buf, size_t n, bool error)
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

/* Like the pipes that they look like, standard output and error are two. */
static struct vnode stderr_vnode;

static long console_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	long done = n ? console->write(buf, n, f->vnode == &stderr_vnode) : 0;

	return done == -EPIPE ? pipe_broken() : done;
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

static const struct file_ops console_ops = {
	.read = console_read, .write = console_write, .poll = console_poll,
};

/* What descriptors 0, 1, 2 do. */
const struct file_ops *stdio_ops = &console_ops;

/* Through /proc/self/fd/N and so /dev/stdout. */
static int console_open(struct vnode *v, struct file *f)
{
	f->ops = stdio_ops;
	return f->ops->open ? f->ops->open(f) : 0;
}

static const struct vnode_ops console_vnode_ops = { .open = console_open };
struct vnode console_vnode = { .ops = &console_vnode_ops, .refs = 1, .nlink = 1, .mode = S_IFIFO | 0600, .ino = 3 };

/* fs/tty */
OPTIONAL const struct file_ops *terminal_start(void) { return NULL; }

void fd_init(void)
{
	static struct file std[3];
	const struct file_ops *terminal = terminal_start();
	unsigned missing = 0;

	if (terminal) {
		stdio_ops = terminal;
		console_vnode.mode = S_IFCHR | 0620;
	}
	stderr_vnode = console_vnode;
	stderr_vnode.ino++;
	/* digits: what whoever started the program had closed */
	for (const char *closed = cmdline_get(CMD_CLOSED, 0); closed && *closed; closed++)
		missing |= 1u << (*closed & 3);
	for (int i = 0; i < 3; i++) {
		if (missing >> i & 1)
			continue;
		/* one reference more than the descriptor's: never freed */
		std[i] = (struct file){ .ops = stdio_ops, .refs = 2, .vnode = i == 2 && !terminal ? &stderr_vnode : &console_vnode,
			.flags = terminal ? O_RDWR : i ? O_WRONLY : O_RDONLY };
		fd_install(&std[i], i, false);
	}
}
