/* /dev/console, /dev/tty and the names for open descriptors. */
#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

extern const struct file_ops *stdio_ops;

static int console_open(struct file *f)
{
	f->ops = stdio_ops;
	return f->ops->open ? f->ops->open(f) : 0;
}

/* fs/tty: the controlling terminal, which a session need not have. */
OPTIONAL int controlling_open(struct file *f) { return -ENXIO; }

static const struct file_ops console_ops = { .open = console_open };
static const struct file_ops tty_ops = { .open = controlling_open };

DEVNODE(console, "console", S_IFCHR | 0600, MAKEDEV(5, 1), &console_ops);
DEVNODE(tty, "tty", S_IFCHR | 0666, MAKEDEV(5, 0), &tty_ops);
DEVNODE(fd, "fd", S_IFLNK | 0777, 0, NULL, "/proc/self/fd");
DEVNODE(stdin, "stdin", S_IFLNK | 0777, 0, NULL, "/proc/self/fd/0");
DEVNODE(stdout, "stdout", S_IFLNK | 0777, 0, NULL, "/proc/self/fd/1");
DEVNODE(stderr, "stderr", S_IFLNK | 0777, 0, NULL, "/proc/self/fd/2");
