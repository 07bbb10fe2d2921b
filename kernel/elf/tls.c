/*
 * Thread-local storage (Drepper, "ELF Handling For Thread-Local Storage",
 * variant II): modules that are there at the start, and later ones that use
 * the initial-exec model, have their blocks at fixed distances below the
 * thread pointer; others get a block in each thread on first use (tls_get.c).
 * musl allocates and fills the static part of every new thread from the list
 * that we hand to it (kernel/glue/loader/tls.c).
 */
#include "dynlink.h"

#define SURPLUS 2048		/* for initial-exec libraries that dlopen() brings */
#define GLIBC_THREAD_STACK (8U << 20)	/* default of pthread_create() in glibc: RLIMIT_STACK */

struct tls_plan tls_plan;

void tls_publish(void)
{
	uk_tls_publish(tls_plan.head, tls_plan.count, tls_plan.limit, tls_plan.align_most,
		tls_plan.count_at_start + LATE_MODULES);
}

bool tls_start(void)
{
	long mem;

	tls_plan.limit = tls_plan.used + SURPLUS;
	tls_plan.count_at_start = tls_plan.count;
	tls_plan.align_most = max(tls_plan.align_most, 64UL);
	size_t size = uk_tls_publish(tls_plan.head, tls_plan.count, tls_plan.limit, tls_plan.align_most,
		tls_plan.count + LATE_MODULES);
	{
		KERNEL_LOCK();
		mem = vm_map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
	}
	if (mem < 0)
		return loader_fail("out of memory for thread-local storage");
	uk_tls_first_thread((void *)mem, main_module->musl ? 0 : GLIBC_THREAD_STACK);
	return true;
}

void tls_fill_first(void)
{
	char *tp;

	__asm__("mov %%fs:0, %0" : "=r"(tp));
	for (struct tls_image *t = tls_plan.head; t; t = t->next)
		memcpy(tp - t->offset, t->image, t->len);
}
