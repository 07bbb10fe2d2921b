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

/* Libraries whose names the kernel's own libc answers to. */
static const char *const stand_ins[] = {
	"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2",
	"libutil.so.1", "libresolv.so.2", "libcrypt.so.1", "libanl.so.1",
	"ld-musl-x86_64.so.1", "libc.musl-x86_64.so.1", "libc.so",
};

bool kernel_stands_in(const char *soname)
{
	for (unsigned i = 0; i < array_len(stand_ins); i++)
		if (!strcmp(soname, stand_ins[i]))
			return true;
	return false;
}
