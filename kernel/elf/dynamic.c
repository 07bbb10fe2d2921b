/*
 * Starts a dynamically linked program. The linker selects this file by
 * exec_dynamic, or by uk_run_main_init(), which __libc_start_main() calls.
 *
 * The program is mapped by the kernel's first thread on its own stack; then it
 * goes to the program's stack, as ld.so would run, and links there: no lock is
 * held, so pages fault in and constructors are ordinary program code.
 */
#include "dynlink.h"
#include "vfs.h"

const char exec_dynamic[1];
const char *exec_name = "program";

static struct elf_file *program;

static noreturn void fail(void)
{
	bool named = !strncmp(loader_message, exec_name, strlen(exec_name));

	kprintf("%s%s%s\n", named ? "" : exec_name, named ? "" : ": ", loader_message);
	vm_exit(STATUS_EXIT, 127);
}

/* elf/load_file.c, linked in when the image holds libraries. */
OPTIONAL void load_preloads(struct module ***list, unsigned *count) { (void)list, (void)count; }

static bool kernel_in_scope(struct scope *s)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i]->is_kernel)
			return true;
	return false;
}

/* Program, preloads, dependencies breadth-first; the kernel is where libc is needed first, else last. */
static bool build_scope(void)
{
	struct module **roots = loader_alloc(sizeof(*roots));
	unsigned count = 1;

	if (!roots || !load_program(program))
		return false;
	roots[0] = main_module;
	load_preloads(&roots, &count);
	if (!load_dependencies(main_module) || !scope_build(&global_scope, roots, count))
		return false;
	loader_free(roots);
	if (!kernel_in_scope(&global_scope)) {
		struct module **l = loader_alloc((global_scope.count + 1) * sizeof(*l));
		if (!l)
			return loader_fail("out of memory");
		memcpy(l, global_scope.list, global_scope.count * sizeof(*l));
		l[global_scope.count] = &kernel_module;
		loader_free(global_scope.list);
		global_scope = (struct scope){ l, global_scope.count + 1 };
	}
	for (unsigned i = 0; i < global_scope.count; i++) {
		global_scope.list[i]->is_global = true;
		global_scope.list[i]->nodelete = true;	/* there from the start to the end */
	}
	return true;
}

/* elf/tls_assign.c, where anything has thread-local storage. */
OPTIONAL bool tls_assign(struct module *m, bool at_start) { (void)m, (void)at_start; return true; }
/* elf/relocate_copy.c */
OPTIONAL bool relocate_copies_of_kernel(struct module *m) { (void)m; return true; }

/* elf/init_order.c: of a program without libraries there is one. */
OPTIONAL bool relocate_scope(const struct scope *s) { (void)s; return relocate(main_module); }

static bool link_all(void)
{
	for (unsigned i = 0; i < global_scope.count; i++)
		if (!tls_assign(global_scope.list[i], true))
			return false;
	if (!relocate_copies_of_kernel(main_module) || !tls_start())
		return false;
	/* musl's variables may be the program's from here on; IFUNC resolvers may use them. */
	__init_libc(start_envp, start_argc ? start_argv[0] : (char *)exec_name);
	if (!relocate_scope(&global_scope))
		return false;
	tls_fill_first();
	return true;
}

OPTIONAL void debug_publish(void) {}
OPTIONAL void init_scope(const struct scope *s) { (void)s; }	/* a program without libraries */
void preinit_run(struct module *m);

/* From dynamic_entry (dynamic_entry.S), on the program's stack. Returns its entry point. */
u64 dynamic_main(u64 *sp)
{
	start_argc = sp[0];
	start_argv = (char **)(sp + 1);
	start_envp = start_argv + start_argc + 1;
	exec_name = program->name;

	loader_lock();
	if (!kernel_module_init() || !build_scope())
		fail();
	debug_publish();	/* before the program takes its copy of _r_debug */
	if (!link_all())
		fail();
	tell_started();
	preinit_run(main_module);
	init_scope(&global_scope);
	loader_unlock();
	return program->bias + program->ehdr.entry;
}

noreturn void dynamic_entry(void);

void start_dynamic(struct elf_file *f)
{
	program = f;
	u64 sp = stack_build(f, 0);
	kunlock();
	user_start((u64)dynamic_entry, sp, 0);
}
