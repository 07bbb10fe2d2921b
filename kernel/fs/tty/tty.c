/* The terminal as a file, and the thread that takes what is typed. */
#include "tty.h"

#define TENTH	100000000	/* ns: unit of VTIME */
#define LOOK_NS	500000000	/* at the screen's size */

/* Linux's, and what a terminal of today wants. */
static const struct termios initial = {
	.iflag = ICRNL | IXON | IUTF8, .oflag = OPOST | ONLCR, .cflag = 0xbf,	/* B38400 CS8 CREAD */
	.lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.cc = { 3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22 },
};
struct tty tty;

static bool readable(void)
{
	if (mode(tty.termios.lflag, ICANON))
		return tty.lines;
	return ready_count() && (tty.termios.cc[VTIME] || ready_count() >= tty.termios.cc[VMIN]);
}

/* One line, or a part of it, and never more than one. */
static long read_line(struct file *f, u8 *buf, size_t n)
{
	size_t got = 0;

	while (!tty.lines) {
		if (tty.ended)
			return 0;
		int err = file_wait(f, &tty.readers, FOREVER);
		if (err)
			return err;
	}
	while (got < n) {
		u16 entry = tty.ready[tty.tail % READY_SIZE];
		tty.tail++;
		tty.lines -= entry > 0xff;
		if (entry & END_OF_FILE)
			break;
		buf[got++] = entry;
		if (entry & LINE_END)
			break;
	}
	/* An end of file right behind what filled the buffer belongs to it. */
	if (got == n && ready_count() && tty.ready[tty.tail % READY_SIZE] == END_OF_FILE) {
		tty.tail++;
		tty.lines--;
	}
	return got;
}

/* Waits for the characters that VMIN and VTIME ask for (termios(3), "Canonical and noncanonical mode"). */
static int wait_raw(struct file *f, size_t n)
{
	const u8 *cc = tty.termios.cc;
	u32 want = min((size_t)max(cc[VMIN], (u8)1), n), seen = ready_count();
	bool pure_poll = !cc[VMIN] && !cc[VTIME];
	ns_t deadline = cc[VTIME] && !cc[VMIN] ? now_monotonic() + cc[VTIME] * TENTH : FOREVER;

	while (ready_count() < want && !tty.ended && !pure_poll) {
		if (cc[VTIME] && cc[VMIN] && ready_count() != seen)
			deadline = now_monotonic() + cc[VTIME] * TENTH;
		seen = ready_count();
		int err = file_wait(f, &tty.readers, deadline);
		if (err == -ETIMEDOUT)
			return 0;
		if (err)
			return seen ? 0 : err;
	}
	return 0;
}

static long read_raw(struct file *f, u8 *buf, size_t n)
{
	int err = wait_raw(f, n);
	size_t got = 0;

	if (err)
		return err;
	while (got < n && ready_count()) {
		u16 entry = tty.ready[tty.tail++ % READY_SIZE];
		tty.lines -= entry > 0xff;
		if (!(entry & END_OF_FILE))
			buf[got++] = entry;
	}
	return got;
}

static long tty_read(struct file *f, void *buf, size_t n, u64 *pos)
{
	if (!n)
		return 0;
	return mode(tty.termios.lflag, ICANON) ? read_line(f, buf, n) : read_raw(f, buf, n);
}

static long tty_write(struct file *f, const void *buf, size_t n, u64 *pos)
{
	while (tty.stopped) {
		int err = file_wait(f, &tty.writers, FOREVER);
		if (err)
			return err;
	}
	return n ? tty_output(buf, n) : 0;
}

static int tty_poll(struct file *f, struct poll_table *pt)
{
	poll_wait(&tty.readers, pt);
	poll_wait(&tty.writers, pt);
	int ready = tty.ended || readable() ? POLLIN | POLLRDNORM : 0;
	return tty.stopped ? ready : ready | POLLOUT | POLLWRNORM;
}

static const struct file_ops tty_ops = {
	.read = tty_read, .write = tty_write, .ioctl = tty_ioctl, .poll = tty_poll,
};

/* The console's device knows the size of the screen (virtio 1.2, section 5.3.4: columns, rows), or does not. */
static void look_at_size(void)
{
	u32 size = console->size ? *console->size : 0;

	if (size & 0xffff && size >> 16)
		tty_resize(size >> 16, size);
}

static void wait_for_input(void)
{
	while (console->readable && !console->readable()) {
		look_at_size();
		wait_on(console->readers, console->size ? now_monotonic() + LOOK_NS : FOREVER, false);
	}
}

static void pump(void *unused)
{
	char buf[64];
	long n = 1;

	klock();
	while (n > 0) {
		wait_for_input();
		n = console->read(buf, sizeof(buf), false);
		for (long i = 0; i < n; i++)
			tty_input(buf[i]);
	}
	tty.ended = true;
	wake_all(&tty.readers);
	kunlock();
	thread_exit();
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
	console_vnode.rdev = v->rdev;
	vnode_put(v);
}

/* The image builder's root for CONFIG_TTY. */
const char drv_tty[1];

/* Called as the first descriptors are opened: what they are, or NULL for no terminal. */
const struct file_ops *terminal_start(void)
{
	const char *size = cmdline_get("uk.tty", 0);

	if (!size)
		return NULL;
	tty.termios = initial;
	waitq_init(&tty.readers);
	waitq_init(&tty.writers);
	u16 rows = number(&size);
	if (*size == 'x')
		size++;
	u16 cols = number(&size);
	tty.size = rows && cols ? (struct winsize){ rows, cols } : (struct winsize){ 24, 80 };
	struct thread *t = thread_create(pump, NULL, "tty");
	if (!t)
		return NULL;
	thread_hide(t);
	take_name();
	return &tty_ops;
}
