/*
 * Where a program built against glibc starts, and one built against musl too:
 * both call this from _start with the same first arguments.
 *
 * The loader has made libc ready and run the constructors of the libraries.
 * The program's own run here, because a program since glibc 2.34 passes INIT
 * NULL and expects it. Older ones pass __libc_csu_init(), musl's pass _init();
 * what either would do is a part of what the loader does from the program's
 * dynamic section, so INIT is not called. FINI did nothing in a dynamic program.
 */
#include <features.h>
#include <stdlib.h>

extern char **__environ;
extern hidden unsigned __default_stacksize, __default_guardsize;

/* kernel/elf: DT_PREINIT_ARRAY, DT_INIT and DT_INIT_ARRAY of the program, once. */
void uk_run_main_init(int argc, char **argv, char **envp);

/* What threads of a Linux program have by default, against musl's 128 KB. Only what is touched takes memory.
 * sys/system/limits_given.c: what RLIMIT_STACK says. */
weak unsigned uk_default_stack = 8 << 20;

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
	void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	__default_stacksize = uk_default_stack;
	__default_guardsize = 4096;
	if (rtld_fini)
		atexit(rtld_fini);
	uk_run_main_init(argc, argv, __environ);
	exit(main(argc, argv, __environ));
}
