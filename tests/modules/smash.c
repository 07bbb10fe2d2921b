/* Overruns a buffer on its stack: the kernel's stack protector ends it. */
#include "kernel.h"
#include "module.h"

static void fill(volatile char *to, unsigned n)
{
	while (n--)
		to[n] = 'x';
}

static __attribute__((noinline)) int overrun(unsigned n)
{
	char room[16];

	fill(room, n);
	return room[3];
}

static int smash_start(void)
{
	kprintf("smash: %d\n", overrun(16));
	kprintf("smash: %d\n", overrun(40));
	return 0;
}
MODULE_INIT(smash_start, NULL);
