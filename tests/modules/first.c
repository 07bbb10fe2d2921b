/* A module with a start function that can be undone. */
#include "kernel.h"
#include "module.h"

static int first_start(void)
{
	kprintf("first: started\n");
	return 0;
}

static void first_stop(void)
{
	kprintf("first: stopped\n");
}
MODULE_INIT(first_start, first_stop);

int first_number(void)
{
	return 41;
}
