/* What is below the idle thread's stack? */
#include "cpu.h"
#include "kernel.h"
#include "module.h"

static int idle_start(void)
{
	volatile char *base = (void *)boot_cpu.idle->kstack_base;

	kprintf("idle: %d\n", base[0] & 0);
	kprintf("below: %d\n", base[-1]);
	return 0;
}
MODULE_INIT(idle_start, NULL);
