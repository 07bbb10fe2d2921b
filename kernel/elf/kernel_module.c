/* The kernel as a module: its dynamic symbols are the exported names of libc
 * and of the kernel. It was linked at its address, so it needs no relocation. */
#include "boot.h"
#include "dynlink.h"

extern struct elf_dyn _DYNAMIC[];
static struct elf_phdr whole = { .type = PT_LOAD, .flags = PF_R };

struct module kernel_module;

bool kernel_module_init(void)
{
	struct module *m = &kernel_module;

	whole.vaddr = (u64)kernel_start;
	whole.memsz = kernel_end - kernel_start;
	m->name = "kernel";
	m->is_kernel = m->is_global = m->nodelete = m->relocated = m->init_started = m->fini_done = true;
	m->phnum = 1;
	m->phdrs = &whole;
	m->start = (u64)kernel_start;
	m->end = (u64)kernel_end;
	m->dynamic = _DYNAMIC;
	return module_parse(m);
}
