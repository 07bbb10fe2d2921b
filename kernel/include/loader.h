/* The program loader (elf/). ELF files are not trusted: whatever is read from
 * one is checked against its bounds before it is used. */
#ifndef LOADER_H
#define LOADER_H

#include "elf.h"
#include "types.h"

struct vnode;

/* A file that passed elf_open(). Loadable segments are in order, apart from
 * each other, inside the file and inside the user's addresses, and no segment
 * is both writable and executable. */
struct elf_file {
	const char *name;	/* for messages */
	struct vnode *vnode;	/* a reference */
	struct elf_ehdr ehdr;
	struct elf_phdr *phdrs;	/* kmalloc'ed */
	unsigned phnum;
	u64 low, high;		/* page bounds of what it occupies, unrelocated */
	u64 bias;		/* elf_map: what is added to every address */
	u64 phdr_addr;		/* elf_map: program headers in memory, or 0 */
};

/* elf/header.c: NULL, or what is wrong with the file. *missing: there is no such file. */
const char *elf_open(struct elf_file *f, const char *path, bool *missing);
const char *elf_check(struct elf_file *f);	/* the same of one whose vnode is there; closes it if something is wrong */
void elf_close(struct elf_file *f);
extern const char elf_too_short[], elf_not_elf[];	/* two of what it says */
const struct elf_phdr *elf_segment(const struct elf_file *f, u32 type);	/* the first, or NULL */

/* elf/map.c: maps the segments; BASE: where a position-independent file goes,
 * 0: anywhere. NULL or what went wrong. */
const char *elf_map(struct elf_file *f, u64 base);

/* elf/stack.c: main thread's stack with argc, argv, envp, auxv (psABI 3.4.1).
 * INTERP_BASE: AT_BASE. Returns the stack pointer. */
u64 stack_build(const struct elf_file *program, u64 interp_base);

/* elf/start.c: says why PROGRAM cannot run and ends the VM (126, or 127). */
noreturn void exec_fail(u8 status, const char *program, const char *why);

/* Ways to start a program that names an interpreter; each does not return when
 * it is linked in. Their roots for the linker are the symbols exec_interp and
 * exec_dynamic. The kernel lock is held. */
void start_interp(struct elf_file *program);	/* elf/interp.c: libc=image */
void start_dynamic(struct elf_file *program);	/* elf/dynamic.c */

void tell_started(void);				/* elf/start.c: to the runner, before the program's first code */
noreturn void user_start(u64 rip, u64 rsp, u64 rdx);	/* arch/x86_64/switch.S */

#endif
