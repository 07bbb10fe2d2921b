/* What the loader uses of the UEFI specification, version 2.10, and its own
 * parts. Structures stop after the last member that is used. */
#ifndef UEFI_H
#define UEFI_H

#include "start_info.h"
#include "types.h"

#define efiapi __attribute__((ms_abi))	/* 2.3.4: calls follow Microsoft's convention */

typedef u64 efi_status;
typedef void *efi_handle;
typedef u16 efi_char;
struct efi_guid { u8 b[16]; };

#define EFI_ERROR(n)		(1UL << 63 | (n))
#define EFI_LOAD_ERROR		EFI_ERROR(1)
#define EFI_BUFFER_TOO_SMALL	EFI_ERROR(5)
#define EFI_PAGE		4096

/* 7.2: memory types. */
enum {
	EFI_RESERVED, EFI_LOADER_CODE, EFI_LOADER_DATA, EFI_BOOT_CODE, EFI_BOOT_DATA, EFI_RUNTIME_CODE,
	EFI_RUNTIME_DATA, EFI_CONVENTIONAL, EFI_UNUSABLE, EFI_ACPI_RECLAIM, EFI_ACPI_NVS,
};
enum { EFI_ALLOCATE_ANY, EFI_ALLOCATE_MAX, EFI_ALLOCATE_ADDRESS };
#define EFI_MEMORY_XP		0x4000UL
#define EFI_MEMORY_RO		0x20000UL
#define EFI_MEMORY_SP		0x40000UL	/* kept for a purpose of its own: no ordinary RAM */

struct efi_memory {
	u32 type, pad;
	u64 start, virtual, pages, attribute;
};

/* 8.3 */
struct efi_time {
	u16 year;
	u8 month, day, hour, minute, second, pad1;
	u32 nanosecond;
	int16_t timezone;
	u8 daylight, pad2;
};
#define EFI_NO_TIMEZONE 0x7ff

/* 12.4 */
struct efi_text_output {
	void *reset;
	efi_status (efiapi *output)(struct efi_text_output *self, const efi_char *text);
};

/* 4.4 */
struct efi_boot_services {
	u8 header[24];
	void *raise_tpl, *restore_tpl;
	efi_status (efiapi *allocate_pages)(u32 how, u32 type, u64 pages, u64 *address);
	void *free_pages;
	efi_status (efiapi *get_memory_map)(u64 *size, void *map, u64 *key, u64 *stride, u32 *version);
	void *unused1[11];
	efi_status (efiapi *handle_protocol)(efi_handle handle, const struct efi_guid *guid, void **interface);
	void *unused2[9];
	efi_status (efiapi *exit_boot_services)(efi_handle image, u64 key);
	void *unused3[10];
	efi_status (efiapi *locate_protocol)(const struct efi_guid *guid, void *registration, void **interface);
};
_Static_assert(offsetof(struct efi_boot_services, handle_protocol) == 152, "4.4");
_Static_assert(offsetof(struct efi_boot_services, exit_boot_services) == 232, "4.4");
_Static_assert(offsetof(struct efi_boot_services, locate_protocol) == 320, "4.4");

/* 4.5 */
struct efi_runtime_services {
	u8 header[24];
	efi_status (efiapi *get_time)(struct efi_time *t, void *capabilities);
};

/* 4.6 */
struct efi_configuration_table {
	struct efi_guid guid;
	void *table;
};

/* 4.3 */
struct efi_system_table {
	u8 header[24];
	efi_char *vendor;
	u32 vendor_revision, pad;
	efi_handle in_handle;
	void *in;
	efi_handle out_handle;
	struct efi_text_output *out;
	efi_handle error_handle;
	struct efi_text_output *error;
	struct efi_runtime_services *runtime;
	struct efi_boot_services *boot;
	u64 tables;
	struct efi_configuration_table *table;
};
_Static_assert(offsetof(struct efi_system_table, table) == 112, "4.3");

/* 9.1 */
struct efi_loaded_image {
	u32 revision, pad;
	efi_handle parent;
	struct efi_system_table *system;
	efi_handle device;
	void *path, *reserved;
	u32 options_size, pad2;
	void *options;
	u8 *base;
	u64 size;
};

/* 37.4 */
struct efi_memory_attribute {
	void *get, *set;
	efi_status (efiapi *clear)(struct efi_memory_attribute *self, u64 start, u64 size, u64 attributes);
};

/* --- the loader's parts ---------------------------------------------------- */

struct bytes { const u8 *p; u64 n; };

/* What the loader works on. */
struct loader {
	efi_handle image;
	struct efi_system_table *st;
	struct efi_boot_services *bs;
	struct bytes kernel, cmdline, root;	/* sections of the loader's own file */
	u64 entry;				/* PVH entry, physical */
	u64 rsdp;
};

/* Addresses that the kernel maps when it starts (kernel/arch/x86_64/start_info.c). */
#define BOOT_LIMIT	0x1000000

/* console.c */
void step(struct loader *l, const char *what, u64 bytes);
efi_status fail(struct loader *l, const char *what);
efi_status fail_range(struct loader *l, const char *what, u64 start, u64 end);
/* sections.c: NULL, or what is wrong */
const char *sections_find(struct loader *l);
/* kernel.c */
efi_status kernel_load(struct loader *l);
/* tables.c */
u64 find_rsdp(struct loader *l);
u64 unix_time(struct loader *l);		/* ns; 0: unknown */
/* memory.c */
struct low;
void *low_pages(struct loader *l, u32 type, u64 bytes);
efi_status leave_firmware(struct loader *l, struct low *low);

/* E820 types, as in start_info's memory map. */
enum { MEM_RAM = 1, MEM_RESERVED, MEM_ACPI, MEM_NVS };
#define MEMMAP_MAX	128	/* what the kernel reads */
#define RAM_MAX		14	/* fewer ranges of RAM than the kernel keeps */

/* The boot data, in pages below BOOT_LIMIT. */
struct low {
	struct start_info info;
	struct module_entry module;
	struct memmap_entry map[MEMMAP_MAX];
};

/* handover.S: to 32-bit protected mode, in a page below 4 GB. */
extern const u8 handover[], handover_end[];

/* Freestanding C still calls these. */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
