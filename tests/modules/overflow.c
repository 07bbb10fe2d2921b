/* Runs over the kernel stack of the thread that starts it, or of one of its own. */
#include "boot.h"
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

static int overflow_start(void)
{
	const char *where = cmdline_get("uk.arg", 1);

	if (where && !strcmp(where, "thread"))
		return thread_create(thread, (void *)1000000, "over") ? 0 : -ENOMEM;
	kprintf("starting\n");
	thread((void *)1000000);
	return 0;
}
MODULE_INIT(overflow_start, NULL);
