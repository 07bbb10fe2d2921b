/*
 * From the mounted root to the program's first instruction.
 *
 * A program without an interpreter is started here. One that names an
 * interpreter needs a further part: the dynamic linker (dynamic.c), or the
 * image's own interpreter (interp.c). Each is linked in only for a program
 * that wants it, so a static program's kernel holds neither.
 */
#include "console_out.h"
#include "boot.h"
#include "driver.h"
#include "kernel.h"
#include "loader.h"
#include "offsets.h"
#include "vfs.h"

OPTIONAL void start_interp(struct elf_file *program) { (void)program; }
OPTIONAL void start_dynamic(struct elf_file *program) { (void)program; }
OPTIONAL void brk_init(u64 start) { (void)start; }

void exec_fail(u8 status, const char *program, const char *why)
{
	console_flush();	/* what the program wrote comes first */
	kprintf("%s: %s\n", program, why);
	vm_exit(STATUS_EXIT, status);
}

/* The file's name without links, for /proc/self/exe, and the thread's name, as execve() sets it (Linux fs/exec.c,
 * begin_new_exec). */
static void note_path(const char *path)
{
	struct path p;
	const char *name = path;

	for (const char *s = path; *s; s++)
		if (*s == '/')
			name = s + 1;
	ksnprintf(current()->name, sizeof(current()->name), "%s", name);
	if (!path_walk(NULL, path, 0, &p)) {
		exe_path = path_string(&p);
		path_put(&p);
	}
}

static void change_directory(void)
{
	const char *dir = cmdline_get(CMD_CWD, 0);

	if (dir && vfs_lookup(root_vnode, dir, LOOKUP_DIRECTORY, &cwd_vnode))
		exec_fail(126, dir, "no such working directory in the image; name another");
}

/* Tells a runner that asked for it (uk.ready) that the program's own code begins. */
void tell_started(void)
{
	if (cmdline_get(CMD_READY, 0)) {
		monitor_call(MON_OUTB, PORT_STATUS, STATUS_RUNS, 0);
		monitor_call(MON_OUTB, PORT_STATUS, 0, 0);
	}
}

void exec_start(void)
{
	const char *path = cmdline_get(CMD_EXE, 0);
	static struct elf_file program;
	bool missing;

	if (!path && !(path = cmdline_next(CMD_ARG, NULL)))
		exec_fail(127, "kernel command line", "names no program; add uk.arg=\"/program\"");
	change_directory();
	const char *why = elf_open(&program, path, &missing);
	if (why)
		exec_fail(missing ? 127 : 126, path, why);
	note_path(path);
	aslr_init();
	u64 base = elf_segment(&program, PT_INTERP) || elf_segment(&program, PT_DYNAMIC) ? user_pie_base : 0;
	why = elf_map(&program, base);
	if (why)
		exec_fail(126, path, why);
	brk_init(program.bias + program.high + user_brk_gap);
	if (elf_segment(&program, PT_INTERP)) {
		start_interp(&program);
		start_dynamic(&program);
		exec_fail(126, path, "is dynamic, this kernel is for static programs; build the image again");
	}
	u64 sp = stack_build(&program, 0), entry = program.bias + program.ehdr.entry;
	elf_close(&program);
	tell_started();
	kunlock();
	user_start(entry, sp, 0);
}
