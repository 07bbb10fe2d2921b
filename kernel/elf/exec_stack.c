/*
 * Executable stacks: PT_GNU_STACK with PF_X, which the compiler asks for where a
 * nested function's address is taken (GCC's trampolines). The program's own flag
 * decides for the first thread's stack; a library's makes all stacks executable, those
 * of later threads too, as ld.so does. The builder selects this file by exec_stacks
 * when a file of the image asks.
 */
#include "dynlink.h"

const char exec_stacks[1];

static bool executable;

/* Does F want it, and is there something to do yet? */
static bool asks(const struct elf_file *f)
{
	const struct elf_phdr *p = elf_segment(f, PT_GNU_STACK);

	return p && p->flags & PF_X && !executable;
}

int stack_exec_prot(const struct elf_file *program)
{
	executable = asks(program);
	return executable ? PROT_EXEC : 0;
}

OPTIONAL long uk_thread_stacks_executable(void) { return 0; }

bool stack_for_library(const struct elf_file *f)
{
	if (!asks(f))
		return true;
	struct vma *v = vma_find(user_stack_top - 1);	/* as large as RLIMIT_STACK has it */
	if (vm_protect(v->start, user_stack_top - v->start, PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    uk_thread_stacks_executable())
		return false;
	executable = true;
	return true;
}

bool uk_stacks_executable(void)
{
	return executable;
}
