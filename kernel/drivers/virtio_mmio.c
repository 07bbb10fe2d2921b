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
#define REG_QUEUE_DESC		(0x080 / 4)
#define REG_QUEUE_DRIVER	(0x090 / 4)
#define REG_QUEUE_DEVICE	(0x0a0 / 4)
#define REG_CONFIG		(0x100 / 4)

#define MAGIC			0x74726976
#define MODERN			2

static u64 get_features(struct virtio_device *d)
{
	d->regs[REG_DEVICE_FEATURES_SEL] = 0;
	u64 low = d->regs[REG_DEVICE_FEATURES];
	d->regs[REG_DEVICE_FEATURES_SEL] = 1;
	return low | (u64)d->regs[REG_DEVICE_FEATURES] << 32;
}

static void set_features(struct virtio_device *d, u64 features)
{
	d->regs[REG_DRIVER_FEATURES_SEL] = 0;
	d->regs[REG_DRIVER_FEATURES] = features;
	d->regs[REG_DRIVER_FEATURES_SEL] = 1;
	d->regs[REG_DRIVER_FEATURES] = features >> 32;
}

static u8 get_status(struct virtio_device *d)
{
	return d->regs[REG_STATUS];
}

static void set_status(struct virtio_device *d, u8 status)
{
	d->regs[REG_STATUS] = status;
}

static unsigned queue_max(struct virtio_device *d, unsigned index)
{
	d->regs[REG_QUEUE_SEL] = index;
	return d->regs[REG_QUEUE_NUM_MAX];
}

static __attribute__((noinline)) void set_address(struct virtio_device *d, unsigned reg, const void *p)
{
	d->regs[reg] = virt_to_phys(p);
	d->regs[reg + 1] = virt_to_phys(p) >> 32;
}

/* The queue is still selected: queue_max came before. */
static void queue_start(struct virtio_device *d, struct virtqueue *q)
{
	d->regs[REG_QUEUE_NUM] = q->size;
	set_address(d, REG_QUEUE_DESC, q->desc);
	set_address(d, REG_QUEUE_DRIVER, q->avail);
	set_address(d, REG_QUEUE_DEVICE, q->used);
	d->regs[REG_QUEUE_READY] = 1;
}

static void notify(struct virtio_device *d, struct virtqueue *q)
{
	d->regs[REG_QUEUE_NOTIFY] = q->index;
}

static void interrupt(void *arg)
{
	struct virtio_device *d = arg;

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

static void probe_one(const char *word)
{
	u64 base, irq;
	volatile u32 *regs = parse(word, &base, &irq) ? map_device(base, 0x200) : NULL;

	if (!regs || regs[REG_MAGIC] != MAGIC || regs[REG_VERSION] != MODERN) {
		kprintf("virtio_mmio.device=%s: not SIZE@ADDRESS:IRQ of a modern virtio device\n", word);
		return;
	}
	u32 id = regs[REG_DEVICE_ID];
	struct virtio_device *d = id ? kzalloc(sizeof(*d)) : NULL;
	if (!d)	/* an empty slot, or no memory */
		return;
	*d = (struct virtio_device){ .transport = &mmio, .id = id, .gsi = irq, .regs = regs, .config = regs + REG_CONFIG };
	virtio_attach(d);
}

static int probe(struct virtio_device *unused)
{
	const char *word;

	(void)unused;
	for (unsigned i = 0; (word = cmdline_get("virtio_mmio.device", i)); i++)
		probe_one(word);
	return 0;
}

DRIVER(virtio_mmio, 0, probe);
MODULE_ALIAS("cmdline:virtio_mmio.device");
