/* What the boot protocol said. */
#include "boot.h"
#include "mm.h"

struct boot_range boot_ram[16];
unsigned boot_ram_count;
phys_t boot_module_start;
u64 boot_module_size;
phys_t boot_rsdp;
