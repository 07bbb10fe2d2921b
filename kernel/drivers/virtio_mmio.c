/* Virtio over MMIO (virtio 1.2, section 4.2), modern devices only. They are
 * named on the command line: virtio_mmio.device=SIZE@ADDRESS:IRQ. */
#include "driver.h"
#include "kernel.h"
#include "module.h"
#include "virtio.h"

/* Registers (table 4.1), as indexes of 32-bit words. */
#define REG_MAGIC		(0x000 / 4)
#define REG_VERSION		(0x004 / 4)
#define REG_DEVICE_ID		(0x008 / 4)
#define REG_DEVICE_FEATURES	(0x010 / 4)
#define REG_DEVICE_FEATURES_SEL	(0x014 / 4)
#define REG_DRIVER_FEATURES	(0x020 / 4)
#define REG_DRIVER_FEATURES_SEL	(0x024 / 4)
#define REG_QUEUE_SEL		(0x030 / 4)
#define REG_QUEUE_NUM_MAX	(0x034 / 4)
#define REG_QUEUE_NUM		(0x038 / 4)
#define REG_QUEUE_READY		(0x044 / 4)
#define REG_QUEUE_NOTIFY	(0x050 / 4)
#define REG_INTERRUPT_STATUS	(0x060 / 4)
#define REG_INTERRUPT_ACK	(0x064 / 4)
#define REG_STATUS		(0x070 / 4)
#define REG_QUEUE_DESC		(0x080 / 4)	/* then Driver, Device */
#define REG_CONFIG		(0x100 / 4)
/* Of the built-in runner (kvmboot/registers.go), which says so on the command line: uk.list=1. */
#define REG_LIST		(MMIO_LIST / 4)
#define REG_END			(MMIO_END / 4)

#define MAGIC			0x74726976
#define MODERN			2

static u64 get_features(struct virtio_device *d)
{
	u64 features = 0;

	for (unsigned i = 2; i--;) {	/* the upper half first */
		register_write(d->regs, REG_DEVICE_FEATURES_SEL, i);
		features = features << 32 | register_read(d->regs, REG_DEVICE_FEATURES);
	}
	return features;
}

static void set_features(struct virtio_device *d, u64 features)
{
	for (unsigned i = 0; i < 2; i++, features >>= 32) {
		register_write(d->regs, REG_DRIVER_FEATURES_SEL, i);
		register_write(d->regs, REG_DRIVER_FEATURES, features);
	}
}

static u8 get_status(struct virtio_device *d)
{
	return register_read(d->regs, REG_STATUS);
}

/* Before the driver is ready nothing waits for the device. */
static void set_status(struct virtio_device *d, u8 status)
{
	register_write(d->regs, REG_STATUS, status);
	if (status & VIRTIO_DRIVER_OK)
		register_flush();
}

static unsigned queue_max(struct virtio_device *d, unsigned index)
{
	register_write(d->regs, REG_QUEUE_SEL, index);
	return register_read(d->regs, REG_QUEUE_NUM_MAX);
}

/* The queue is still selected: queue_max came before. */
static void queue_start(struct virtio_device *d, struct virtqueue *q)
{
	register_write(d->regs, REG_QUEUE_NUM, q->size);
	for (unsigned i = 0; i < 3; i++) {	/* the registers of the three parts are as far from each other */
		phys_t p = virt_to_phys(q->parts[i]);
		register_write(d->regs, REG_QUEUE_DESC + 4 * i, p);
		register_write(d->regs, REG_QUEUE_DESC + 4 * i + 1, p >> 32);
	}
	register_write(d->regs, REG_QUEUE_READY, 1);
}

static void notify(struct virtio_device *d, struct virtqueue *q)
{
	register_write(d->regs, REG_QUEUE_NOTIFY, q->index);
	register_flush();
}

static void interrupt(void *arg)
{
	struct virtio_device *d = arg;

	if (!exit_register)	/* else it is the built-in runner, whose interrupts are edges, which need no acknowledgement */
		d->regs[REG_INTERRUPT_ACK] = d->regs[REG_INTERRUPT_STATUS];
	virtio_interrupt(d);
}

static void interrupt_start(struct virtio_device *d)
{
	irq_register(d->gsi, interrupt, d);
}

static const struct virtio_transport mmio = {
	get_features, set_features, get_status, set_status, queue_max, queue_start, notify, interrupt_start,
};

static const char *number(const char *s, u64 *out)
{
	unsigned base = 10;

	if (s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
	}
	for (*out = 0;; s++) {
		unsigned letter = (*s | 0x20) - 'a';
		unsigned digit = *s >= '0' && *s <= '9' ? *s - '0' : letter < 6 ? letter + 10 : 99u;
		if (digit >= base)
			return s;
		*out = *out * base + digit;
	}
}

/* The size is not looked at: it is that of the registers. */
static bool parse(const char *s, u64 *base, u64 *irq)
{
	while (*s != '@')
		if (!*s++)
			return false;
	s = number(s + 1, base);
	if (*s != ':')
		return false;
	s = number(s + 1, irq);
	return *s == 0 || *s == ':';
}

static void probe_one(const char *word, bool runner)
{
	volatile u32 *regs;
	u64 base, irq;

	if (!parse(word, &base, &irq)) {
bad:
		kprintf("virtio_mmio.device=%s: not SIZE@ADDRESS:IRQ of a modern virtio device\n", word);
		return;
	}
	regs = map_device(base, 0x200);
	if (runner) {
		register_doorbell = regs + REG_LIST;
		exit_register = regs + REG_END;
	} else if (regs[REG_MAGIC] != MAGIC || regs[REG_VERSION] != MODERN) {
		goto bad;
	}
	u32 id = register_read(regs, REG_DEVICE_ID);
	struct virtio_device *d = id ? kzalloc(sizeof(*d)) : NULL;
	if (!d)	/* an empty slot, or no memory */
		return;
	d->transport = &mmio;
	d->id = id;
	d->gsi = irq;
	d->regs = regs;
	d->config = regs + REG_CONFIG;
	virtio_attach(d);
}

static int probe(struct virtio_device *unused)
{
	const char *word;

	(void)unused;
	bool runner = cmdline_get(CMD_LIST, 0);
	for (unsigned i = 0; (word = cmdline_get(CMD_MMIO, i)); i++)
		probe_one(word, runner);
	register_flush();
	register_doorbell = NULL;
	return 0;
}

DRIVER(virtio_mmio, 0, probe);
MODULE_ALIAS("cmdline:virtio_mmio.device");
