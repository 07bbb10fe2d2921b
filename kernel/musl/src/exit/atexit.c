/*
 * atexit() and __cxa_atexit() as musl has them, but for two things: a function
 * is remembered with the library that registered it, so that the library can go
 * (dlclose() runs its destructors, which call __cxa_finalize()); and memory for
 * more than the first functions comes from mmap(), so that a program that never
 * calls malloc() does not get it linked.
 */
#include <stddef.h>
#include <stdlib.h>
#include <stdint.h>
#include <sys/mman.h>
#include "libc.h"
#include "lock.h"
#include "syscall.h"
#include "fork_impl.h"

struct entry {
	void (*f)(void *);
	void *arg, *dso;
};

#define FIRST 32
#define BLOCK 65536

/* The newest block is the first; entries of all but the newest are in use up to COUNT. */
static struct block {
	struct block *next;
	unsigned count, size;
	struct entry e[FIRST];	/* further blocks: SIZE of them */
} builtin, *head;

static volatile int lock[1];
volatile int *const __atexit_lockptr = lock;

/* Takes the newest function of DSO (of anybody if ALL) and runs it. */
static int run_newest(void *dso, int all)
{
	LOCK(lock);
	for (struct block *b = head; b; b = b->next)
		for (unsigned i = b->count; i-- > 0;) {
			struct entry e = b->e[i];
			if (!e.f || (!all && e.dso != dso))
				continue;
			b->e[i].f = 0;
			if (all)
				b->count = i;
			UNLOCK(lock);
			e.f(e.arg);
			return 1;
		}
	UNLOCK(lock);
	return 0;
}

void __funcs_on_exit()
{
	while (run_newest(0, 1));
}

void __cxa_finalize(void *dso)
{
	if (dso)
		while (run_newest(dso, 0));
}

int __cxa_atexit(void (*f)(void *), void *arg, void *dso)
{
	int result = -1;

	LOCK(lock);
	if (!head) {		/* set here, so that it takes no room in the kernel's file */
		head = &builtin;
		head->size = FIRST;
	}
	while (head->count && !head->e[head->count - 1].f)
		head->count--;
	if (head->count == head->size) {
		struct block *b = (void *)__syscall(SYS_mmap, 0, BLOCK, PROT_READ|PROT_WRITE, MAP_ANONYMOUS|MAP_PRIVATE, -1, 0);
		if ((uintptr_t)b > -4096UL)
			goto out;
		b->next = head;
		b->size = (BLOCK - offsetof(struct block, e)) / sizeof(struct entry);
		head = b;
	}
	head->e[head->count++] = (struct entry){ f, arg, dso };
	result = 0;
out:
	UNLOCK(lock);
	return result;
}

static void call(void *p)
{
	((void (*)(void))(uintptr_t)p)();
}

int atexit(void (*f)(void))
{
	return __cxa_atexit(call, (void *)(uintptr_t)f, 0);
}
