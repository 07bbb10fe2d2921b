// Names that dlsym() is asked for, or seems to be: libc's public and internal ones, the kernel's
// own, symbols of the program. None may break the image's build, and each is found as on the host.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[] = {
	"__libc_malloc", "__libc_free", "__libc_memalign", "malloc", "__mmap", "__mprotect", "__sigaction",
	"environ", "__environ", "puts", "puts@@GLIBC_2.2.5", "__overflow", "__uflow",
	"__lock", "__stdio_exit", "__malloc_atfork", "__intscan", "__libc", "__init_libc", "__stdout_FILE",
	"__musl_regcomp", "__muslown_qsort", "__copyvar_optarg", "uk_malloc", "sys_read", "systab_read",
	"drv_virtio_blk", "raw_syscall", "kernel_start", "panic", "local", "global", "main",
};

static int local(void) { return 1; }
int global(void) { return local(); }

int main(void)
{
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		printf("%s: %s\n", names[i], dlsym(RTLD_DEFAULT, names[i]) ? "found" : "not found");
	free(malloc(3));
	return 0;
}
