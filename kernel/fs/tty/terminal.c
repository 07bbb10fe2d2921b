/* The terminal on the console, and the thread that takes what is typed there. */
#include "tty.h"

#define LOOK_NS	500000000	/* at the screen's size */

extern struct vnode console_vnode;	/* fs/console.c */

static struct tty terminal;
static struct waitq drained = WAITQ_INIT(drained);	/* there is room in the backlog */

/* The console's device knows the size of the screen (virtio 1.2, section 5.3.4: columns, rows), or does not. */
static void look_at_size(void)
{
	u32 size = console->size ? *console->size : 0;

	if (size & 0xffff && size >> 16)
		tty_resize(&terminal, &(struct winsize){ size >> 16, size });
}

static void wait_for_input(void)
{
	while (terminal.backlog.count >= BACKLOG)
		wait_on(&drained, FOREVER, false);
	while (console->readable && !console->readable()) {
		look_at_size();
		wait_on(console->readers, console->size ? now_monotonic() + LOOK_NS : FOREVER, false);
	}
}

static void pump(void *unused)
{
	u8 buf[64];
	long n = 1;

	klock();
	while (n > 0) {
		wait_for_input();
		n = console->read((char *)buf, sizeof(buf), false);
		if (n > 0)
			tty_input(&terminal, buf, n);
	}
	terminal.ended = true;
	wake_all(&terminal.readers);
	kunlock();
}

static u16 number(const char **s)
{
	u16 n = 0;

	while (**s >= '0' && **s <= '9')
		n = n * 10 + *(*s)++ - '0';
	return n;
}

/* What /proc/self/fd/0 leads to, /dev/console, is the same file: ttyname(3) looks. */
static void take_name(void)
{
	struct vnode *v;

	if (vfs_lookup(root_vnode, "/dev/console", 0, &v))
		return;
	console_vnode.mount = v->mount;
	console_vnode.ino = v->ino;
	terminal.rdev = console_vnode.rdev = v->rdev;
	vnode_put(v);
}

/* The image builder's root for CONFIG_TTY. */
const char drv_tty[1];

static long screen_write(struct tty *tty, const char *s, size_t n)
{
	return console->write(s, n, false);
}

static void input_taken(struct tty *tty)
{
	wake_all(&drained);
}

static const struct tty_device screen = { .write = screen_write, .input_taken = input_taken };

/* Called as the first descriptors are opened: what they are, or NULL for no terminal. */
const struct file_ops *terminal_start(void)
{
	const char *size = cmdline_get(CMD_TTY, 0);

	if (!size)
		return NULL;
	tty_init(&terminal, &screen);
	terminal.termios.iflag |= IUTF8;	/* what terminals of today want */
	u16 rows = number(&size);
	if (*size == 'x')
		size++;
	u16 cols = number(&size);
	terminal.size = rows && cols ? (struct winsize){ rows, cols } : (struct winsize){ 24, 80 };
	struct thread *t = thread_create(pump, NULL, "tty");
	if (!t)
		return NULL;
	thread_hide(t);
	take_name();
	console_tty = controlling_tty = &terminal;
	return &tty_ops;
}
