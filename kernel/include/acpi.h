/* ACPI tables (ACPI 6.5, chapter 5), only what a virtual machine needs. They come from firmware and are
 * checked: checksums, lengths, and that they lie outside the kernel. */
#ifndef ACPI_H
#define ACPI_H

#include "types.h"

struct acpi_header {			/* section 5.2.6 */
	char signature[4];
	u32 length;
	u8 revision, checksum;
	char oem[18];
	char creator[8];
} __attribute__((packed));

struct acpi_address {			/* generic address structure, section 5.2.3.2 */
	u8 space, width, offset, access;
	u64 address;
} __attribute__((packed));
#define ACPI_MEMORY	0
#define ACPI_IO		1

/* drivers/acpi.c. Both give a table that was checked, as long as its length says, or NULL. */
const struct acpi_header *acpi_table(const char *signature);
const struct acpi_header *acpi_table_at(phys_t p, const char *signature);

#endif
