/* Ring 3's first C function: boot, in order. */
#include "boot.h"
#include "driver.h"
#include "kernel.h"
#include "vfs.h"

/* Parts that are linked in only when selected. */
OPTIONAL void stack_guard_init(void) {}
OPTIONAL void raw_syscalls_init(void) {}
OPTIONAL void smp_start(void) {}
OPTIONAL void modules_start(void) {}
OPTIONAL void mounts_at_boot(void) {}

noreturn void boot_main(phys_t start_info)
{
	KEEP(modules_print_anchor);
	stack_guard_init();
	idt_init();			/* monitor calls, and so messages, work from here */
	start_info_read(start_info);
	page_init();
	page_tables_init();		/* all memory mapped, W^X */
	cmdline_from_module();
	vector_init();
	clock_init();
	lapic_init();
	sched_init();			/* this is now thread 1, and holds the lock */
	raw_syscalls_init();
	smp_start();
	drivers_probe();
	vfs_mount_root();
	modules_start();
	mounts_at_boot();
	fd_init();			/* 0, 1, 2: the console */
	exec_start();
}
