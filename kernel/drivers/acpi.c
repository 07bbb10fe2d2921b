/* Finds ACPI tables from the root pointer that the boot protocol gave
 * (ACPI 6.5, section 5.2). */
#include "acpi.h"
#include "boot.h"
#include "driver.h"
#include "kernel.h"

#define MAX_TABLE	0x100000	/* larger is not believed */

struct root_pointer {			/* section 5.2.5.3 */
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt;
	/* From revision 2: */
	u32 length;
	u64 xsdt;
	u8 checksum2, reserved[3];
} __attribute__((packed));

/* Memory that firmware names: below 1 MB, or anywhere but in the kernel. */
static const void *map(phys_t p, size_t len)
{
	if (p >= DIRECT_SIZE || len > DIRECT_SIZE - p)
		return NULL;
	if (p + len <= KERNEL_PHYS)
		return phys_to_virt(p);
	return p < cmdline_end() - DIRECT_BASE ? NULL : map_device(p, len);
}

static bool sums_to_zero(const void *p, size_t len)
{
	u8 sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += ((const u8 *)p)[i];
	return !sum;
}

const struct acpi_header *acpi_table_at(phys_t p, const char *signature)
{
	const struct acpi_header *h = map(p, sizeof(*h));

	if (!h || memcmp(h->signature, signature, 4))
		return NULL;
	u32 len = h->length;
	if (len >= sizeof(*h) && len <= MAX_TABLE && map(p, len) && sums_to_zero(h, len))
		return h;
	kprintf("ACPI: table %s at %lx is broken, and not used\n", signature, p);
	return NULL;
}

const struct acpi_header *acpi_table(const char *signature)
{
	const struct root_pointer *r = map(boot_rsdp, sizeof(*r));
	unsigned width = 4;
	phys_t entry = 0;

	if (!boot_rsdp || !r || memcmp(r->signature, "RSD PTR ", 8) || !sums_to_zero(r, offsetof(struct root_pointer, length)))
		return NULL;
	if (r->revision >= 2 && r->xsdt && sums_to_zero(r, sizeof(*r)))
		width = 8;
	const struct acpi_header *root = width == 8 ? acpi_table_at(r->xsdt, "XSDT") : acpi_table_at(r->rsdt, "RSDT");
	if (!root)
		return NULL;
	for (u32 at = sizeof(*root); at + width <= root->length; at += width) {
		memcpy(&entry, (const char *)root + at, width);
		const struct acpi_header *h = acpi_table_at(entry, signature);
		if (h)
			return h;
	}
	return NULL;
}

void acpi_power_init(void);
void acpi_ioapic_init(void);

static int probe(struct virtio_device *unused)
{
	(void)unused;
	acpi_power_init();
	acpi_ioapic_init();
	return 0;
}

DRIVER(acpi, 0, probe);
