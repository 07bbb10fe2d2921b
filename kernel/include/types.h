/* Small words used everywhere. */
#ifndef TYPES_H
#define TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int32_t s32;
typedef int64_t s64;
typedef u64 phys_t;	/* physical address */
typedef u64 ns_t;	/* nanoseconds; as a deadline: on the monotonic clock */

#define FOREVER		(~0UL)	/* no deadline */

#define array_len(a)	(sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))
#define align_up(x, a)	(((x) + (a) - 1) & ~((typeof(x))(a) - 1))
#define align_down(x, a) ((x) & ~((typeof(x))(a) - 1))
/* Each use has variables of its own names, so that one may stand within another. */
#define min(a, b)	chosen(<, a, b, __COUNTER__)
#define max(a, b)	chosen(>, a, b, __COUNTER__)
#define chosen(order, a, b, n)	chosen_as(order, a, b, n)
#define chosen_as(order, a, b, n)	({ typeof(a) _a##n = (a); typeof(b) _b##n = (b); _a##n order _b##n ? _a##n : _b##n; })
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
/* A part that may be absent: defined as doing nothing, here, unless the part is linked. (A weak
 * reference instead would not reach address 0 from where the kernel is linked.) Each source file that
 * calls it has the definition, or it is an INTERFACE: else the linker takes whichever of the two it
 * meets first. The kit's build checks that (kernel/kit/mkkit/weak.go). All of them have their prototype from a header, most
 * from hooks.h. */
#define OPTIONAL __attribute__((weak))
/* An entry of a table that the linker gathers from sections. The alignment is said because the compiler
 * would align larger entries further, and leave gaps between them. */
#define GATHERED(name) __attribute__((section(name), aligned(8)))
#define noreturn	__attribute__((noreturn))
#define printf_like(f, a) __attribute__((format(printf, f, a)))

/* Makes the section that holds this statement keep SYMBOL alive through
 * --gc-sections, at the cost of no byte. */
#define KEEP(symbol)	__asm__ volatile(".reloc ., R_X86_64_NONE, " #symbol)

/* The same where SYMBOL is in the kernel anyway: it is what both need. */
#define KEEP_IF_THERE(symbol)	__asm__ volatile(".weak " #symbol "; .reloc ., R_X86_64_NONE, " #symbol)

/* Pointers travel through interfaces as negative errno values where noted. */
#define ERR_PTR(e)	((void *)(long)(e))
#define PTR_ERR(p)	((long)(p))
#define IS_ERR(p)	((unsigned long)(p) >= -4095UL)

#endif
