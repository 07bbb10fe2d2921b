/* PCI Express: configuration space through memory (PCI Express Base 3.0,
 * section 7.2.2), where the table MCFG says it is (PCI Firmware 3.2, section
 * 4.1.2). Addresses are those that firmware assigned. */
#include "acpi.h"
#include "boot.h"
#include "driver.h"
#include "kernel.h"
#include "pci.h"

#define MAX_CAPABILITIES 48	/* of 4 bytes, all that the space behind the header has room for */

struct mcfg_entry {
	u64 base;
	u16 segment;
	u8 first_bus, last_bus;
	u32 reserved;
} __attribute__((packed));

static struct mcfg_entry ecam;
static unsigned next_bus;	/* buses below it were looked at */

/* --- addresses ---------------------------------------------------------- */

/* Not memory, nor anything of the processor's: what a register may be mapped at. */
static bool is_device_memory(phys_t p, u64 len)
{
	if (p < BOOT_MAPPED || len > (1ul << 52) - p || (p < LAPIC_PHYS + LAPIC_RANGE && p + len > LAPIC_PHYS))
		return false;
	for (unsigned i = 0; i < boot_ram_count; i++)
		if (p < boot_ram[i].end && p + len > boot_ram[i].start)
			return false;
	return !boot_module_size || p >= boot_module_start + boot_module_size || p + len <= boot_module_start;
}

/* Registers above the direct map are mapped one after the other in its last
 * part, DEVICE_WINDOW. */
static volatile void *map_registers(phys_t p, u64 len)
{
	static u64 used;

	if (p + len <= DIRECT_END)
		return map_device(p, len);
	phys_t first = align_down(p, (u64)PAGE_SIZE);
	u64 size = align_up(p + len, (u64)PAGE_SIZE) - first;
	if (size > DEVICE_WINDOW - used)
		return NULL;
	char *at = phys_to_virt(DIRECT_SIZE - DEVICE_WINDOW + used);
	used += size;
	for (u64 i = 0; i < size; i += PAGE_SIZE) {
		int level;
		u64 *pte = pte_find((u64)at + i, true, &level);
		if (!pte || level != 1)
			return NULL;
		*pte = (first + i) | pte_flags(PROT_READ | PROT_WRITE) | PTE_UNCACHED;
	}
	return at + (p - first);
}

/* --- devices ------------------------------------------------------------ */

/* However the list is linked, it has MAX_CAPABILITIES at most, so that a caller
 * who asks for one after the other comes to an end. */
unsigned pci_capability(struct pci_device *d, u8 id, unsigned n)
{
	unsigned at = PCI_CAPABILITIES;

	if (!(PCI_REG(u16, d, PCI_STATUS) & PCI_STATUS_CAPABILITIES))
		return 0;
	for (unsigned i = 0; i < MAX_CAPABILITIES; i++) {
		at = PCI_REG(u8, d, at) & ~3;
		if (at < 0x40)
			return 0;
		if (PCI_REG(u8, d, at) == id && !n--)
			return at;
		at++;
	}
	return 0;
}

/* A BAR's size is what cannot be written (PCI 3.0, section 6.2.5.1). The device
 * must not decode addresses meanwhile. */
static void size_bars(struct pci_device *d)
{
	u16 command = PCI_REG(u16, d, PCI_COMMAND);

	PCI_REG(u16, d, PCI_COMMAND) = command & ~3;
	for (unsigned i = 0; i < 6; i++) {
		volatile u32 *bar = &PCI_REG(u32, d, PCI_BARS + 4 * i);
		u32 low = bar[0], high = 0, high_mask = ~0u;
		if (low & 1)		/* I/O ports */
			continue;
		bool wide = (low & 6) == 4 && i < 5;
		bar[0] = ~0u;
		u32 mask = bar[0] & ~0xfu;
		bar[0] = low;
		if (wide) {
			high = bar[1];
			bar[1] = ~0u;
			high_mask = bar[1];
			bar[1] = high;
		}
		if (mask | (wide ? high_mask : 0)) {
			d->bars[i].base = (low & ~0xfu) | (u64)high << 32;
			d->bars[i].size = -(mask | (u64)high_mask << 32);
		}
		i += wide;
	}
	PCI_REG(u16, d, PCI_COMMAND) = command | PCI_COMMAND_MEMORY;
	d->sized = true;
}

volatile void *pci_bar(struct pci_device *d, unsigned bar, u64 offset, u64 len)
{
	volatile void *p = NULL;

	if (!d->sized)
		size_bars(d);
	if (bar >= array_len(d->bars) || offset > d->bars[bar].size || len > d->bars[bar].size - offset)
		kprintf("PCI %x:%02x.%u: BAR %u does not reach to %lx\n", d->bus, d->slot, d->function, bar, offset + len);
	else if (!is_device_memory(d->bars[bar].base + offset, len))
		kprintf("PCI %x:%02x.%u: BAR %u at %lx: firmware gave it no address\n", d->bus, d->slot, d->function, bar, d->bars[bar].base);
	else
		p = map_registers(d->bars[bar].base + offset, len);
	return p;
}

/* Those that there could be a driver for. All of virtio's have one: virtio_pci. */
static const struct {
	u32 id;
	const char *config;
} known[] = {
	{ PCI_ID(PCI_VENDOR_VIRTIO, 0), "VIRTIO_PCI" },
	{ PCI_ID(PCI_VENDOR_QEMU, 0x0011), "PVPANIC_PCI" },
};

static void attach(struct pci_device *found)
{
	for (unsigned i = 0; i < array_len(known); i++) {
		u32 id = PCI_ID(found->vendor, found->vendor == PCI_VENDOR_VIRTIO ? 0 : found->device);
		if (known[i].id != id)
			continue;
		const struct driver *drv = driver_find(id);
		struct pci_device *d = drv ? kzalloc(sizeof(*d)) : NULL;
		if (!drv)
			kprintf("PCI device %04x:%04x: its driver is not in this image, CONFIG_%s=y adds it\n",
				found->vendor, found->device, known[i].config);
		if (!d)
			return;
		*d = *found;	/* for good: its driver keeps it */
		int err = drv->probe((void *)d);
		if (err)
			kprintf("driver %s: error %d\n", drv->name, -err);
	}
}

/* --- buses -------------------------------------------------------------- */

static void probe_bus(unsigned bus)
{
	next_bus = bus + 1;
	for (unsigned i = 0; i < 256; i++) {
		phys_t at = ecam.base + ((u64)(bus - ecam.first_bus) << 20) + (i << 12);
		struct pci_device d = { .config = map_registers(at, PAGE_SIZE), .bus = bus, .slot = i >> 3, .function = i & 7 };
		if (!d.config)
			return;
		d.vendor = PCI_REG(u16, &d, PCI_VENDOR);
		if (d.vendor == 0xffff) {
			if (!d.function)
				i += 7;
			continue;
		}
		d.device = PCI_REG(u16, &d, PCI_DEVICE);
		u8 type = PCI_REG(u8, &d, PCI_HEADER_TYPE);
		/* Firmware numbered buses depth first: each once, and in order. */
		unsigned behind = PCI_REG(u8, &d, PCI_SECONDARY_BUS);
		if ((type & 0x7f) == 0)
			attach(&d);
		else if ((type & 0x7f) == 1 && behind >= next_bus && behind <= ecam.last_bus)
			probe_bus(behind);
		if (!d.function && !(type & 0x80))	/* one function only */
			i += 7;
	}
}

static int probe(struct virtio_device *unused)
{
	const struct acpi_header *mcfg = acpi_table("MCFG");

	(void)unused;
	if (!mcfg || mcfg->length < sizeof(*mcfg) + 8 + sizeof(ecam)) {
		/* Unless the machine has its devices elsewhere, or none. */
		if (!cmdline_get(CMD_MMIO, 0) && !cmdline_get("pci", 0))
			kprintf("PCI: no table MCFG: QEMU's machine q35 has one, its machine pc has not\n");
		return 0;
	}
	memcpy(&ecam, (const char *)mcfg + sizeof(*mcfg) + 8, sizeof(ecam));
	if (ecam.segment || ecam.first_bus > ecam.last_bus || ecam.base & 0xfffff ||
	    !is_device_memory(ecam.base, (u64)(ecam.last_bus - ecam.first_bus + 1) << 20))
		return -EINVAL;
	probe_bus(ecam.first_bus);
	return 0;
}

DRIVER(pci, 0, probe);
