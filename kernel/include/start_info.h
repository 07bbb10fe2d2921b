/* hvm_start_info (Xen public/arch-x86/hvm/start_info.h, version 1). */
#ifndef START_INFO_H
#define START_INFO_H

#include "types.h"
#include "uk_abi.h"

struct start_info {
	u32 magic, version, flags, nr_modules;
	u64 modlist, cmdline, rsdp, memmap;
	u32 memmap_entries, reserved;
};

struct memmap_entry {
	u64 addr, size;
	u32 type, reserved;
};

struct module_entry {
	u64 addr, size, cmdline, reserved;
};

#define START_MAGIC	0x336ec578
#define MEMMAP_RAM	1

_Static_assert(sizeof(struct start_info) == 56 && sizeof(struct memmap_entry) == 24 && sizeof(struct module_entry) == 32,
	"the loader's layout");

#endif
