/* A cancelled thread unwinds from the function that called libc, or from where a signal found it: see points.S. */
#include <stddef.h>
#include <ucontext.h>
#include "pthread_impl.h"
#include "through.h"

struct notes {
	uint64_t last;		/* bytes from here */
	uint64_t spare[7];
	struct uk_entry note[16];
};

_Static_assert(sizeof(struct notes) == sizeof(((struct pthread *)0)->notes) && offsetof(struct pthread, notes) == 256, "as in points.S");
extern hidden char kernel_text_start[], kernel_text_end[];
hidden _Noreturn void uk_leave(const struct uk_entry *);

enum { POINTS = 1024, POINT = 16 };	/* as in points.S */
extern hidden char uk_points[];
extern hidden uint64_t uk_point_targets[];

/* elf/through.c: how the program reaches the function at A. */
uint64_t uk_point_to(uint64_t a)
{
	static unsigned n;

	if (n == POINTS)
		return a;
	uk_point_targets[n] = a;
	return (uintptr_t)uk_points + POINT * n++;
}

/* libc's own handlers, of frames that are left without an unwinder's seeing them. */
static void run_handlers(uintptr_t here, uintptr_t end)
{
	pthread_t self = __pthread_self();
	struct __ptcb *cb;

	while ((cb = self->cancelbuf) && (uintptr_t)cb > here && (uintptr_t)cb < end) {
		self->cancelbuf = cb->__next;
		cb->__f(cb->__x);
	}
}

/* The entry of the function that runs at HERE. */
static struct uk_entry *entered(uintptr_t here)
{
	struct notes *n = (struct notes *)__pthread_self()->notes;
	struct uk_entry *e = (struct uk_entry *)((char *)n + n->last);

	while (e >= n->note && e->sp < here)
		e--;
	return e >= n->note ? e : NULL;
}

/* Returns if it is not known where. CONTEXT is that of a signal, or null. */
hidden void uk_cancelled(void *context)
{
	ucontext_t *u = context;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	struct uk_entry *e, from;

	if (u) {
		greg_t *r = u->uc_mcontext.gregs;

		here = r[REG_RSP];
		if (r[REG_RIP] < (uintptr_t)kernel_text_start || r[REG_RIP] >= (uintptr_t)kernel_text_end) {
			from = (struct uk_entry){ here - 8, r[REG_RBX], r[REG_RBP], r[REG_R12], r[REG_R13], r[REG_R14], r[REG_R15] };
			*(uintptr_t *)from.sp = r[REG_RIP];
			uk_leave(&from);
		}
	}
	if (!(e = entered(here)))
		return;
	from = *e;
	__pthread_self()->canceldisable = PTHREAD_CANCEL_DISABLE;
	run_handlers(here, from.sp);
	uk_leave(&from);
}
