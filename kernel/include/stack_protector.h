/* Comes before each C source of the kernel (-include, kernel/kit/kit.mk). GCC's stack protector uses two names that the
 * C library has for programs; the kernel's own code means its own. */
#ifndef __ASSEMBLER__
__asm__(".set __stack_chk_guard, stack_guard\n.set __stack_chk_fail, stack_smashed");
#endif
