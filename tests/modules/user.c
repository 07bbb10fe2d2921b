/* Needs the module that first.c makes. */
#include "kernel.h"
#include "module.h"

int first_number(void);

static int user_start(void)
{
	kprintf("user: %d\n", first_number() + 1);
	return 0;
}
MODULE_INIT(user_start, NULL);
