/* A function compiled with -fstack-protector found its canary changed. */
#include "../glue.h"

_Noreturn void __stack_chk_fail(void)
{
	uk_fatal("*** stack smashing detected ***: terminated\n");
}

/* The canary, at %fs:0x28, which new threads copy; a zero byte in it stops strings (glibc, _dl_setup_stack_chk_guard).
 * Overrides the weak one of __init_libc.c in kernels of programs that can find it changed. */
void __init_ssp(const unsigned long *random)
{
	__asm__ volatile("mov %0, %%fs:0x28" : : "r"(random[0] & ~0xffUL));
}
