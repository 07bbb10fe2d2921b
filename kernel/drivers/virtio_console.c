/* Virtio console (virtio 1.2, section 5.3): the first port, or those that the
 * command line names for input and output (uk.console=IN:OUT, digits) and standard error (uk.stderr), which
 * costs the control queues but can tell the end of the input. They are several,
 * as QEMU takes no more output for a port whose input has ended. Output is copied to pages of our own, so
 * that writers need not wait for the device. A receive buffer that comes back
 * empty also means the end of the input: a convention with the built-in runner
 * (other devices never do it). Others, which it offers as features, are that
 * output at an odd address is standard error's, and that a used length of output which is
 * not 0 is the error why it was not written. */
#include "console_out.h"
#include "driver.h"
#include "kernel.h"
#include "vfs.h"
#include "virtio.h"

#define OUT_PAGES 8
#define F_SIZE 1
#define F_MULTIPORT 2
#define F_STREAMS (1 << 23)	/* kvmboot/virtio/console.go */
#define F_ERRORS (1 << 22)
#define ERRNO_MAX 133

/* Section 5.3.6.2. */
struct control {
	u32 id;
	u16 event, value;
};
#define DEVICE_READY	0
#define PORT_READY	3
#define PORT_OPEN	6
#define CONTROL_RX	2	/* queues */
#define CONTROL_TX	3
#define CONTROL_MESSAGES 16	/* that may wait for us */
#define CONTROL_SIZE	64	/* a longer one, with a name, is cut */

enum { FREE, FILLING, SENT };
struct out_page {
	char *mem;		/* of the first; the others when they are needed */
	u8 state;
	bool error;		/* it is standard error's */
};

static struct virtqueue *in, *out[2];	/* the second, of standard error, may be the first */
static struct out_page pages[OUT_PAGES];
static struct waitq writers = WAITQ_INIT(writers), readers = WAITQ_INIT(readers);
static char *in_page;
static u32 in_len, in_pos;	/* what of in_page is not read yet */
static bool in_eof;
static u32 port[3];		/* of input, output, standard error */
static bool streams;		/* of output are told apart */
static bool errors;		/* are told */
static u32 failed[2];		/* why what was written last to each stream was not */

static void collect_out(struct virtqueue *q)
{
	struct out_page *p;
	u32 len;

	while ((p = virtqueue_take(q, &len))) {
		p->state = FREE;
		if (errors && len && len <= ERRNO_MAX)
			failed[p->error] = len;
	}
	wake_all(&writers);
}

static void collect(void)
{
	collect_out(out[0]);
	collect_out(out[1]);
}

static struct out_page *free_page(void)
{
	for (;;) {
		for (unsigned i = 0; i < OUT_PAGES; i++)
			if (!pages[i].state && (pages[i].mem || (pages[i].mem = page_alloc())))
				return &pages[i];
		virtqueue_interrupts(out[0], true);
		collect();
		if (pages[0].state)
			wait_on(&writers, FOREVER, false);
		if (list_empty(&writers.threads))	/* others may wait, too */
			virtqueue_interrupts(out[0], false);
	}
}

static long take_error(u32 stream)
{
	collect();
	long err = -(long)failed[stream];
	failed[stream] = 0;
	return err;
}

static long console_write(const char *buf, size_t n, bool error)
{
	u32 at = error && streams;
	long err;

	for (size_t done = 0; done < n;) {
		u32 k = min(n - done, (size_t)PAGE_SIZE - at);
		collect();
		struct out_page *p = free_page();
		p->state = FILLING;
		memcpy(p->mem + at, buf + done, k);	/* may sleep */
		p->state = SENT;
		p->error = at;
		virtqueue_add_one(out[error], p->mem + at, k, false, p);
		virtqueue_kick(out[error]);
		if (errors && (err = take_error(at)))	/* a device that need not wait is done by now; else the next write says it */
			return done ? (long)done : err;
		done += k;
	}
	return n;
}

/* The device owns what was written until it says otherwise; the machine must
 * not end before. */
void console_flush(void)
{
	for (unsigned i = 0; i < OUT_PAGES; i++)
		while (pages[i].state == SENT) {
			__builtin_ia32_pause();
			collect();
		}
}
IMPLEMENT(console_flush);

static void post_input(void)
{
	if (!virtqueue_add_one(in, in_page, PAGE_SIZE, true, in_page))
		virtqueue_kick(in);
}

static void collect_in(struct virtqueue *q)
{
	u32 len;

	if (!virtqueue_take(q, &len))
		return;
	in_pos = 0;
	in_len = min(len, (u32)PAGE_SIZE);
	in_eof |= len == 0;
	wake_all(&readers);
}

/* The device closes the input port at the end of its input, when all of that is here. */
static void collect_control(struct virtqueue *q)
{
	const struct control *c;
	u32 len;

	while ((c = virtqueue_take(q, &len))) {
		if (len >= sizeof(*c) && c->event == PORT_OPEN && c->id == port[0] && !c->value) {
			in_eof = true;
			wake_all(&readers);
		}
		virtqueue_add_one(q, (void *)c, CONTROL_SIZE, true, (void *)c);
	}
	virtqueue_kick(q);
}

static void collect_sent(struct virtqueue *q)
{
	u32 len;

	while (virtqueue_take(q, &len))
		;
}

/* Opens our ports. The device tells of its ports meanwhile, which is of no interest. */
static int open_ports(struct virtio_device *d)
{
	struct virtqueue *rx = virtqueue_create(d, CONTROL_RX, collect_control), *tx = virtqueue_create(d, CONTROL_TX, collect_sent);
	char *page = page_alloc();

	if (!rx || !tx || !page) {
		kfree(page);
		return -ENOMEM;
	}
	virtio_driver_ok(d);
	for (unsigned i = 0; i < CONTROL_MESSAGES; i++, page += CONTROL_SIZE)
		virtqueue_add_one(rx, page, CONTROL_SIZE, true, page);
	virtqueue_kick(rx);
	struct control *c = (void *)page;
	for (unsigned i = 0; i < 7; i++, c++) {	/* the device, then each port: ready, open */
		c->id = port[i ? (i - 1) / 2 : 0];
		c->event = i ? i & 1 ? PORT_READY : PORT_OPEN : DEVICE_READY;
		c->value = 1;
		virtqueue_add_one(tx, c, sizeof(*c), false, c);
	}
	virtqueue_kick(tx);
	return 0;
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

static int abandon(int err)
{
	kfree(in_page);
	kfree(pages[0].mem);
	pages[0].mem = in_page = NULL;
	in = out[0] = NULL;
	return err;
}

static int probe(struct virtio_device *d)
{
	const char *ports = cmdline_get(CMD_CONSOLE, 0), *third = cmdline_get(CMD_STDERR, 0);
	u64 features;
	int err = virtio_start(d, ports ? F_SIZE | F_MULTIPORT : F_SIZE | F_STREAMS | F_ERRORS, &features);

	if (err)
		return err;
	if (out[0])
		return -EBUSY;	/* one console is enough */
	streams = features & F_STREAMS;
	errors = features & F_ERRORS;
	if (features & F_MULTIPORT && strlen(ports) == 3) {
		port[0] = ports[0] - '0';
		port[1] = ports[2] - '0';
		port[2] = third ? *third - '0' : port[1];
	}
	in_page = page_alloc();
	/* Section 5.3.2: the control queues are behind the first port's. */
	in = virtqueue_create(d, port[0] ? 2 * port[0] + 2 : 0, collect_in);
	out[0] = out[1] = virtqueue_create(d, port[1] ? 2 * port[1] + 3 : 1, collect_out);
	if (port[2] != port[1])
		out[1] = virtqueue_create(d, 2 * port[2] + 3, collect_out);
	pages[0].mem = page_alloc();	/* so that output needs no more memory */
	if (!in || !out[0] || !out[1] || !in_page || !pages[0].mem)
		return abandon(-ENOMEM);
	virtqueue_interrupts(out[0], false);
	if (features & F_MULTIPORT)
		err = open_ports(d);
	else
		virtio_driver_ok(d);
	if (err)
		return abandon(err);
	in_eof = cmdline_get(CMD_STDIN, 0);	/* uk.stdin=none */
	if (!in_eof)
		post_input();
	if (features & F_SIZE)
		virtio_console.size = d->config;
	console = &virtio_console;
	return 0;
}

DRIVER(virtio_console, VIRTIO_ID_CONSOLE, probe);
