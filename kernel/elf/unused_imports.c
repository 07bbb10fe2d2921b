/* Functions of the C library that a program imports and never calls are not in the kernel (symbols/unused.go): cgo has some
 * for parts of Go's library that few programs use. What the program would call them by leads here. The image builder selects
 * this file by unused_imports. */
#include "relocate.h"

const char unused_imports[1];

static void called(void)
{
	exec_fail(127, exec_name, "calls a function of libc that it was taken to never call; add it with --symbols");
}

static const struct elf_sym stand_in = { .info = STT_FUNC, .shndx = 1, .value = (u64)called };

bool unused_import(const struct module *m, struct found *out)
{
	*out = (struct found){ &kernel_module, &stand_in };
	return m == main_module;
}
