/* Virtio console (virtio 1.2, section 5.3), one port. Output is copied to
 * pages of our own, so that writers need not wait for the device. A receive
 * buffer that comes back empty means the end of the input: a convention with
 * the built-in runner (other devices never do it). */
#include "driver.h"
#include "kernel.h"
#include "vfs.h"
#include "virtio.h"

#define OUT_PAGES 8

struct out_page {
	char *mem;		/* allocated at first use */
	bool busy;
};

static struct virtqueue *in, *out;
static struct out_page pages[OUT_PAGES];
static struct waitq writers = WAITQ_INIT(writers), readers = WAITQ_INIT(readers);
static char *in_page;
static u32 in_len, in_pos;	/* what of in_page is not read yet */
static bool in_eof;

static void collect_out(struct virtqueue *q)
{
	struct out_page *p;
	u32 len;

	while ((p = virtqueue_take(q, &len)))
		p->busy = false;
	wake_all(&writers);
}

static struct out_page *free_page(void)
{
	for (;;) {
		for (unsigned i = 0; i < OUT_PAGES; i++)
			if (!pages[i].busy)
				return &pages[i];
		virtqueue_interrupts(out, true);
		collect_out(out);
		if (pages[0].busy)
			wait_on(&writers, FOREVER, false);
		virtqueue_interrupts(out, false);
	}
}

static long console_write(const char *buf, size_t n)
{
	for (size_t done = 0; done < n;) {
		u32 k = min(n - done, (size_t)PAGE_SIZE);
		collect_out(out);
		struct out_page *p = free_page();
		if (!p->mem && !(p->mem = page_alloc()))
			return done ? (long)done : -ENOMEM;
		memcpy(p->mem, buf + done, k);
		struct virtio_buffer v = { p->mem, k, false };
		p->busy = true;
		virtqueue_add(out, &v, 1, p);
		virtqueue_kick(out);
		done += k;
	}
	return n;
}

/* The device owns what was written until it says otherwise; the machine must
 * not end before. */
void console_flush(void)
{
	for (unsigned i = 0; i < OUT_PAGES; i++)
		while (pages[i].busy) {
			__builtin_ia32_pause();
			collect_out(out);
		}
}

static void post_input(void)
{
	struct virtio_buffer v = { in_page, PAGE_SIZE, true };

	if (!virtqueue_add(in, &v, 1, in_page))
		virtqueue_kick(in);
}

static void collect_in(struct virtqueue *q)
{
	u32 len;

	if (!virtqueue_take(q, &len))
		return;
	in_pos = 0;
	in_len = min(len, (u32)PAGE_SIZE);
	in_eof = len == 0;
	wake_all(&readers);
}

static bool console_readable(void)
{
	return in_pos < in_len || in_eof;
}

static long console_read(char *buf, size_t n, bool nonblock)
{
	while (!console_readable()) {
		if (nonblock)
			return -EAGAIN;
		int err = wait_on(&readers, FOREVER, true);
		if (err)
			return err;
	}
	u32 k = min(n, (size_t)(in_len - in_pos));
	memcpy(buf, in_page + in_pos, k);
	in_pos += k;
	if (in_pos == in_len && !in_eof)
		post_input();
	return k;
}

static struct console virtio_console = { console_write, console_read, console_readable, &readers };

static int probe(struct virtio_device *d)
{
	u64 features;
	int err = virtio_start(d, 0, &features);

	if (err)
		return err;
	if (out)
		return -EBUSY;	/* one console is enough */
	in_page = page_alloc();
	in = virtqueue_create(d, 0, collect_in);
	out = virtqueue_create(d, 1, collect_out);
	if (!in || !out || !in_page)
		return -ENOMEM;
	virtqueue_interrupts(out, false);
	virtio_driver_ok(d);
	in_eof = cmdline_get("uk.stdin", 0);	/* uk.stdin=none */
	if (!in_eof)
		post_input();
	console = &virtio_console;
	return 0;
}

DRIVER(virtio_console, VIRTIO_ID_CONSOLE, probe);
