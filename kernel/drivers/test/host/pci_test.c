/* Configuration space: good devices, and damaged ones. It is memory, whose BARs
 * keep only the bits that a size allows. */
#include "boot.h"
#include "driver.h"
#include "host.h"
#include "kernel.h"
#include "pci.h"
#include "virtio.h"

extern const struct driver drv_pci, drv_virtio_pci;

#define RNG_SLOT	1
#define BRIDGE_SLOT	2
#define COMMON		0x4000		/* in BARS: BAR 4 */

static int other_found;

/* Of the device that is not virtio's. */
static int other_probe(struct virtio_device *p)
{
	struct pci_device *d = (void *)p;

	other_found++;
	for (unsigned n = 0; pci_capability(d, PCI_CAP_VENDOR, n); n++)
		if (n > 100)
			host_fail("capabilities without end", n);
	volatile u8 *r = pci_bar(d, 0, 0, 1);
	return r && *r ? -EIO : 0;
}

static const struct driver other = { "other", PCI_ID(PCI_VENDOR_QEMU, 0x0011), other_probe };

/* drivers/probe.c */
const struct driver *driver_find(u32 id)
{
	return id >> 16 == PCI_VENDOR_VIRTIO ? &drv_virtio_pci : id == other.id ? &other : NULL;
}

void virtio_interrupt(struct virtio_device *d) {}

/* virtio/bus.c: what a driver does with its device. */
void virtio_attach(struct virtio_device *d)
{
	static struct virtq_desc desc[2];
	const struct virtio_transport *t = d->transport;
	struct virtqueue q = { .device = d, .desc = desc, .avail = (void *)desc, .used = (void *)desc };

	record.attached++;
	t->interrupt_start(d);
	t->set_status(d, 0);
	t->set_features(d, t->get_features(d));
	for (q.index = 0; q.index < VIRTIO_MAX_QUEUES + 1; q.index++) {
		q.size = t->queue_max(d, q.index);
		if (!q.size)
			continue;
		t->queue_start(d, &q);
		t->notify(d, &q);
	}
	t->set_status(d, t->get_status(d) | 4);
	(void)d->config[31];
}

static volatile u8 *config(unsigned bus, unsigned slot)
{
	return phys_to_virt(ECAM + (bus << 20) + (slot << 15));
}

#define REG(type, bus, slot, offset) (*(volatile type *)(config(bus, slot) + (offset)))

/* BAR 1 has 4 KB, BAR 4 (64 bits wide) 16 KB, the others 16 bytes; a bridge has none. */
static void after_write(unsigned long p)
{
	volatile u32 *bar = phys_to_virt((p & -4096ul) + PCI_BARS);

	if (bar[-1] >> 16 & 0x7f)
		return;
	bar[1] = (bar[1] & ~0xfffu);
	bar[4] = (bar[4] & ~0x3fffu) | 0xc;
}

static void capability(unsigned at, unsigned next, u8 type, u8 bar, u32 offset, u32 size)
{
	REG(u32, 0, RNG_SLOT, at) = PCI_CAP_VENDOR | next << 8 | 20 << 16 | type << 24;
	REG(u32, 0, RNG_SLOT, at + 4) = bar;
	REG(u32, 0, RNG_SLOT, at + 8) = offset;
	REG(u32, 0, RNG_SLOT, at + 12) = size;
	REG(u32, 0, RNG_SLOT, at + 16) = 4;
}

static void header(unsigned bus, unsigned slot, u16 vendor, u16 device, u8 type)
{
	for (unsigned i = 0; i < 256; i += 4)
		REG(u32, bus, slot, i) = 0;
	REG(u16, bus, slot, PCI_VENDOR) = vendor;
	REG(u16, bus, slot, PCI_DEVICE) = device;
	REG(u8, bus, slot, PCI_HEADER_TYPE) = type;
}

static void make(void)
{
	acpi_make();
	host_memory(ECAM, 2 << 20, 0xff);
	host_memory(BARS, 0x10000, 0);
	header(0, RNG_SLOT, PCI_VENDOR_VIRTIO, 0x1044, 0);
	REG(u16, 0, RNG_SLOT, PCI_STATUS) = PCI_STATUS_CAPABILITIES;
	REG(u32, 0, RNG_SLOT, PCI_BARS + 4) = BARS;
	REG(u32, 0, RNG_SLOT, PCI_BARS + 16) = (BARS + COMMON) | 0xc;
	REG(u8, 0, RNG_SLOT, PCI_CAPABILITIES) = 0x40;
	REG(u32, 0, RNG_SLOT, 0x40) = PCI_CAP_MSIX | 0x54 << 8 | 1 << 16;
	REG(u32, 0, RNG_SLOT, 0x44) = 1;
	capability(0x54, 0x68, 1, 4, 0, 0x1000);
	capability(0x68, 0x7c, 4, 4, 0x2000, 0x1000);
	capability(0x7c, 0x00, 2, 4, 0x3000, 0x1000);
	volatile u16 *common = phys_to_virt(BARS + COMMON);
	common[9] = 1;		/* num_queues */
	common[12] = 8;		/* queue_size */
	header(0, BRIDGE_SLOT, PCI_VENDOR_QEMU, 0x000c, 1);
	REG(u8, 0, BRIDGE_SLOT, PCI_SECONDARY_BUS) = 1;
	header(1, 0, PCI_VENDOR_QEMU, 0x0011, 0);
	REG(u32, 1, 0, PCI_BARS) = BARS + 0xf000;
	host_watch(ECAM, 2 << 20, after_write);
	record = (struct record){ 0 };
	other_found = 0;
}

void test_pci(void)
{
	make();
	EXPECT(drv_pci.probe(NULL), 0);
	EXPECT(record.messages, 0);
	EXPECT(record.attached, 1);
	EXPECT(record.irqs, 1);
	EXPECT(other_found, 1);
	volatile u32 *entry = phys_to_virt(BARS);
	EXPECT(entry[0], 0xfee00000);
	EXPECT(entry[2], 0x20);
	EXPECT(entry[3], 0);
	EXPECT(REG(u16, 0, RNG_SLOT, 0x42), 0x8001);
	EXPECT(REG(u16, 0, RNG_SLOT, PCI_COMMAND), PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_NO_INTX);
	EXPECT(REG(u32, 0, RNG_SLOT, PCI_BARS + 4), BARS);
	EXPECT(REG(u32, 0, RNG_SLOT, PCI_BARS + 16), (BARS + COMMON) | 0xc);
	volatile u16 *common = phys_to_virt(BARS + COMMON);
	EXPECT(common[14], 1);		/* queue_enable */

	/* A part that reaches behind its BAR, or lies in memory; a queue that cannot be notified; no MSI-X. */
	static const struct { u16 at; u32 value; int attached; } bad[] = {
		{ 0x54 + 8, 0x7001, 0 }, { 0x54 + 12, 40, 0 }, { 0x54 + 4, 6, 0 }, { PCI_BARS + 16, 0x300000c, 0 },
		{ PCI_BARS + 16, 0xfee0000c, 0 }, { 0x7c + 8, 0x9000, 0 }, { 0x40, 0x540000, 0 }, { 0x44, 7, 0 },
		{ 0x7c + 12, 1, 0 }, { 0x68 + 8, 0x9000, 1 },
	};
	for (unsigned i = 0; i < array_len(bad); i++) {
		host_forget();
		make();
		REG(u32, 0, RNG_SLOT, bad[i].at) = bad[i].value;
		drv_pci.probe(NULL);
		EXPECT(record.attached * 100 + i, bad[i].attached * 100 + i);
		EXPECT(other_found, 1);
	}
	/* Bridges that lead back, or nowhere. */
	for (unsigned bus = 0; bus < 256; bus++) {
		host_forget();
		make();
		REG(u8, 0, BRIDGE_SLOT, PCI_SECONDARY_BUS) = bus;
		drv_pci.probe(NULL);
		EXPECT(other_found, bus == 1);
	}
}

static void probe(void)
{
	drv_pci.probe(NULL);
}

void test_pci_damaged(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		host_forget();
		make();
		for (unsigned n = 1 + host_random(8); n; n--) {
			static const u8 slots[][2] = { { 0, RNG_SLOT }, { 0, RNG_SLOT }, { 0, RNG_SLOT }, { 0, BRIDGE_SLOT }, { 1, 0 } };
			const u8 *s = slots[host_random(array_len(slots))];
			unsigned at = host_random(4) ? 0x40 + host_random(0x50) : host_random(256);
			REG(u8, s[0], s[1], at) = host_random(256);
		}
		if (!host_random(4)) {
			u8 *mcfg = (u8 *)phys_to_virt(ACPI_MCFG) + 44;
			mcfg[host_random(16)] = host_random(256);
			acpi_seal();
		}
		record.expect = "virtio device %u: no interrupt";
		try(probe);
	}
}
