/* Wants a function that nobody has. */
#include "kernel.h"
#include "module.h"

void no_such_function(void);

static int undefined_start(void)
{
	kprintf("undefined: started\n");
	no_such_function();
	return 0;
}
MODULE_INIT(undefined_start, NULL);
