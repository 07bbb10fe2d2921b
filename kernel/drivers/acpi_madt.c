/* MADT: processors and the interrupt controller (ACPI 6.5, section 5.2.12). */
#include "acpi.h"
#include "cpu.h"
#include "driver.h"
#include "kernel.h"

enum { LOCAL_APIC = 0, IO_APIC = 1, SOURCE_OVERRIDE = 2, LOCAL_X2APIC = 9 };

#define ENABLED 1	/* flags of a processor */

struct entry {
	u8 type, length;
	union {
		struct { u8 uid, id; u32 flags; } __attribute__((packed)) apic;
		struct { u16 reserved; u32 id, flags, uid; } __attribute__((packed)) x2apic;
		struct { u8 id, reserved; u32 address, gsi_base; } __attribute__((packed)) ioapic;
		struct { u8 bus, source; u32 gsi; u16 flags; } __attribute__((packed)) override;
	};
} __attribute__((packed));

static const u8 need[] = { [LOCAL_APIC] = 8, [IO_APIC] = 12, [SOURCE_OVERRIDE] = 10, [LOCAL_X2APIC] = 16 };

/* The first entry behind E (NULL: of all) that has TYPE and the length of it, or NULL. */
static const struct entry *next(const struct entry *e, u8 type)
{
	static const struct acpi_header *madt;

	if (!madt && !(madt = acpi_table("APIC")))
		return NULL;
	const char *end = (const char *)madt + madt->length;
	const char *p = e ? (const char *)e + e->length : (const char *)madt + sizeof(*madt) + 8;
	while (end - p >= 2) {
		e = (const void *)p;
		if (e->length < 2 || e->length > end - p)
			return NULL;
		if (e->type == type && e->length >= need[type])
			return e;
		p += e->length;
	}
	return NULL;
}

/* Either kind of entry, as the firmware likes. An ID that does not fit in 8 bits
 * is out of reach: the local APICs are not in x2APIC mode. */
static unsigned add_cpus(u8 type, u32 *ids, unsigned n, unsigned max)
{
	for (const struct entry *e = NULL; n < max && (e = next(e, type));) {
		u32 id = type == LOCAL_APIC ? e->apic.id : e->x2apic.id;
		u32 flags = type == LOCAL_APIC ? e->apic.flags : e->x2apic.flags;
		bool known = id == boot_cpu.apic_id;
		for (unsigned i = 0; i < n; i++)
			known |= ids[i] == id;
		if (flags & ENABLED && id < 255 && !known)
			ids[n++] = id;
	}
	return n;
}

/* arch/x86_64/smp.c: the processors besides the one that boots. */
unsigned firmware_cpus(u32 *ids, unsigned max)
{
	boot_cpu.apic_id = lapic_id();
	return add_cpus(LOCAL_X2APIC, ids, add_cpus(LOCAL_APIC, ids, 0, max), max);
}

/* arch/x86_64/irq.c: the I/O APIC whose first line is 0. */
void acpi_ioapic_init(void)
{
	for (const struct entry *e = NULL; (e = next(e, IO_APIC));)
		if (!e->ioapic.gsi_base && e->ioapic.address >= KERNEL_PHYS)
			ioapic = map_device(e->ioapic.address, PAGE_SIZE);
}

u32 isa_line(u8 irq)
{
	for (const struct entry *e = NULL; (e = next(e, SOURCE_OVERRIDE));)
		if (!e->override.bus && e->override.source == irq)
			return e->override.gsi;
	return irq;
}
