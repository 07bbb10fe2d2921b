/* Needs the module that second.c makes, whose start function fails. */
#include "kernel.h"
#include "module.h"

int second_number(void);

static int needsecond_start(void)
{
	kprintf("needsecond: %d\n", second_number());
	return 0;
}
MODULE_INIT(needsecond_start, NULL);
