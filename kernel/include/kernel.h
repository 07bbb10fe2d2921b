/* The kernel's own calls, grouped by the file that defines them. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdarg.h>
#include "arch.h"
#include "hooks.h"
#include "layout.h"
#include "linux.h"
#include "list.h"
#include "mm.h"
#include "syscalls.h"
#include "thread.h"
#include "types.h"

/* Provided by libc.a, written without vector registers (checked when the kit is built). */
void *memcpy(void *restrict, const void *restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);

/* lib/print.c: %d %u %x %lx %lu %ld %p %s %c %.*s; to the serial port. */
void kprintf(const char *fmt, ...) printf_like(1, 2);
int ksnprintf(char *buf, size_t size, const char *fmt, ...) printf_like(3, 4);
int kvsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/* lib/panic.c */
bool report_begin(void);	/* before what a thread says last; false: it failed while it did */
noreturn void panic(const char *fmt, ...) printf_like(1, 2);
noreturn void panic_regs(const struct regs *r, const char *fmt, ...) printf_like(2, 3);

/* core/mm/out_of_memory.c: WHAT begins with "for" or "while" */
noreturn void out_of_memory(const char *what);

/* lib/exit.c: ends the VM. kind: 'x' exit, 's' signal, 'p' panic. */
noreturn void vm_exit(char kind, u8 value);
extern volatile u32 *exit_register;

/* core/time/clock.c */
ns_t now_monotonic(void);
ns_t now_realtime(void);
void realtime_set(ns_t now);

/* core/random/random.c: fills BUF with random bytes (virtio-rng or RDRAND, mixed into a ChaCha20 state). */
void random_bytes(void *buf, size_t n);

/* sys/: raw system calls. Put SYSCALL(nr, name, LEVEL) beside long sys_name(...). LEVEL says how much of Linux's
 * call it is: FULL, PARTIAL("what is missing"), or nothing, when nobody has judged it yet. It is text for the kit's
 * builder, which makes docs/syscalls.md of it, in a section that no kernel gets. */
struct syscall_entry { long nr; long (*fn)(long, long, long, long, long, long); };
#define SYSCALL(number, name, ...) SYSCALL_BY(number, name, sys_##name, __VA_ARGS__)
#define SYSCALL_BY(number, name, function, ...) \
	__asm__(".pushsection .syscall_levels,\"\",@progbits\n\t.asciz \"" #name "\\t" __VA_ARGS__ "\"\n\t.popsection"); \
	const struct syscall_entry systab_##name GATHERED(".systab." #name) = \
		{ number, (long (*)(long, long, long, long, long, long))(void *)function }
#define FULL		"full"
#define PARTIAL(what)	"partial\\t" what
long enosys(const char *name);

#endif
