/* Linked with first.c: the second start function of the module fails. */
#include "kernel.h"
#include "module.h"

static int second_start(void)
{
	return -EIO;
}
MODULE_INIT(second_start, NULL);

int second_number(void)
{
	return 2;
}
