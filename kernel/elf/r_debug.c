/* _r_debug: the list of modules as debuggers know it (SVR4, glibc <link.h>). */
#include "dynlink.h"

EXPORT struct r_debug {
	int version;
	struct link_map *map;
	u64 brk;
	int state;	/* 0: consistent */
	u64 ldbase;
} _r_debug;

static void changed(void)
{
	__asm__ volatile("");
}

/* Debuggers look here for where _r_debug is. Once: the section is read-only after relocation, or always. */
static void tell_program(void)
{
	for (struct elf_dyn *d = main_module->dynamic; d->tag != DT_NULL; d++)
		if (d->tag == DT_DEBUG && module_at(main_module, (u64)d - main_module->bias, sizeof(*d), PF_W))
			d->val = (u64)&_r_debug;
}

void debug_publish(void)
{
	if (!_r_debug.version)
		tell_program();
	_r_debug = (struct r_debug){ 1, &modules->map, (u64)changed, 0, 0 };
	changed();
}
