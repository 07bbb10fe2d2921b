/* libc=image: the program's own interpreter (its ld.so) is mapped from the
 * image and started, as Linux does. */
#include "kernel.h"
#include "loader.h"
#include "vfs.h"

const char exec_interp[1];	/* what the linker selects this file by */

void start_interp(struct elf_file *program)
{
	const struct elf_phdr *p = elf_segment(program, PT_INTERP);
	char *path = kzalloc(p->filesz + 1);
	struct elf_file interp;
	bool missing;

	if (!path || vnode_read(program->vnode, path, p->filesz, p->offset) != (long)p->filesz)
		exec_fail(126, program->name, "cannot read its interpreter's name");
	const char *why = elf_open(&interp, path, &missing);
	if (why) {
		kprintf("%s: its interpreter %s: %s; add it to the image\n", program->name, path, why);
		vm_exit(STATUS_EXIT, missing ? 127 : 126);
	}
	if ((why = elf_map(&interp, 0)))
		exec_fail(126, path, why);
	u64 sp = stack_build(program, interp.bias), entry = interp.bias + interp.ehdr.entry;
	elf_close(&interp);
	elf_close(program);
	tell_started();
	kunlock();
	user_start(entry, sp, 0);
}
