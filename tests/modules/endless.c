/* Runs over the kernel stack of a thread that never ends, in a kernel whose threads do not: the balloon's kind. */
#include "kernel.h"
#include "module.h"

static u64 __attribute__((noinline)) deeper(u64 n)
{
	volatile u64 room[64];

	room[n % 64] = n;
	return n ? deeper(n - 1) + room[n % 64] : 0;
}

static void thread(void *arg)
{
	kprintf("depth %lu\n", deeper((u64)arg));
}

static int endless_start(void)
{
	return thread_create_endless(thread, (void *)1000000, "over") ? 0 : -ENOMEM;
}
MODULE_INIT(endless_start, NULL);
