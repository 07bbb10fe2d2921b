/* The first serial port as the console (National Semiconductor PC16550D).
 * arch/x86_64/serial.c writes messages to it without asking; here the device's pace is
 * kept. Its speed and its FIFO are left as they are: no virtual machine has a
 * line with a speed, and turning the FIFO on would drop what was typed already.
 * A line has no end of input, so Ctrl-D (4) is one, as on a terminal. */
#include "driver.h"
#include "kernel.h"
#include "offsets.h"
#include "vfs.h"

#define DATA		(PORT_SERIAL + 0)
#define INTERRUPTS	(PORT_SERIAL + 1)	/* IER */
#define IDENTIFY	(PORT_SERIAL + 2)	/* IIR */
#define LINE_CONTROL	(PORT_SERIAL + 3)
#define MODEM_CONTROL	(PORT_SERIAL + 4)
#define LINE_STATUS	(PORT_SERIAL + 5)
#define SCRATCH		(PORT_SERIAL + 7)

#define RECEIVED	1	/* IER: when there is input */
#define FIFO_ON		0xc0	/* IIR */
#define EIGHT_BITS	3	/* LCR; DLAB off */
#define READY		0x0b	/* MCR: DTR, RTS, and OUT2, which lets interrupts out */
#define HAS_INPUT	1	/* LSR */
#define THR_EMPTY	0x20	/* LSR: with the FIFO on, all of it */

#define IRQ		4
#define END_OF_INPUT	4
#define POLLS		64	/* looks at a full port before the writer sleeps */
#define POLL_NS		1000000

static char *ring;		/* PAGE_SIZE bytes of input */
static unsigned head, tail;	/* counters: written at HEAD, read at TAIL */
static bool masked, none;
static unsigned depth;		/* bytes that an empty port takes */
static struct waitq readers = WAITQ_INIT(readers), writers = WAITQ_INIT(writers);

OPTIONAL u32 isa_line(u8 irq) { return irq; }	/* drivers/acpi_madt.c */

static u8 in(u16 port)
{
	return monitor_call(MON_INB, port, 0, 0);
}

static void out(u16 port, u8 value)
{
	monitor_call(MON_OUTB, port, value, 0);
}

/* All that there is, or is room for: the interrupt is an edge, and the next one
 * comes only for input behind an empty port. */
static void collect(void)
{
	while (in(LINE_STATUS) & HAS_INPUT) {
		if (head - tail == PAGE_SIZE) {
			masked = true;
			out(INTERRUPTS, 0);
			return;
		}
		ring[head++ % PAGE_SIZE] = in(DATA);
	}
}

static void interrupt(void *unused)
{
	collect();
	wake_all(&readers);
}

static void unmask(void)
{
	masked = false;
	out(INTERRUPTS, RECEIVED);
	collect();	/* what came before raises none */
}

static bool serial_readable(void)
{
	return head != tail || none;
}

static long serial_read(char *buf, size_t n, bool nonblock)
{
	size_t done = 0;

	while (!serial_readable()) {
		if (nonblock)
			return -EAGAIN;
		int err = wait_on(&readers, FOREVER, true);
		if (err)
			return err;
	}
	for (; done < n && tail != head; tail++) {
		char c = ring[tail % PAGE_SIZE];
		if (c == END_OF_INPUT) {	/* seen by the read that finds nothing before it */
			tail += !done;
			break;
		}
		buf[done++] = c;
	}
	if (masked)
		unmask();
	return done;
}

static void wait_until_empty(void)
{
	for (unsigned polls = 1; !(in(LINE_STATUS) & THR_EMPTY); polls++) {
		if (polls % POLLS)
			__builtin_ia32_pause();
		else
			wait_on(&writers, now_monotonic() + POLL_NS, false);
	}
}

static long serial_console_write(const char *buf, size_t n, bool error)
{
	for (size_t done = 0; done < n;) {
		size_t k = min(n - done, (size_t)depth);
		wait_until_empty();
		serial_write(buf + done, k);
		done += k;
	}
	return n;
}

static struct console serial_console = { serial_console_write, serial_read, serial_readable, &readers };

static int probe(struct virtio_device *unused)
{
	(void)unused;
	if (console->readers)
		return 0;	/* virtio's, on PCI, was found before: that is the one */
	out(SCRATCH, 0x5a);
	if (in(SCRATCH) != 0x5a || in(LINE_STATUS) == 0xff)
		return 0;	/* no such port: output goes on as before, to nowhere */
	ring = page_alloc();
	if (!ring)
		return -ENOMEM;
	none = cmdline_get(CMD_STDIN, 0);	/* uk.stdin=none */
	out(LINE_CONTROL, EIGHT_BITS);
	out(MODEM_CONTROL, READY);
	depth = (in(IDENTIFY) & FIFO_ON) == FIFO_ON ? 16 : 1;
	irq_register(isa_line(IRQ), interrupt, NULL);
	if (!none)
		unmask();
	console = &serial_console;
	return 0;
}

DRIVER(serial, 0, probe);
