/*
 * pthread_cleanup_push() as C programs compiled against glibc expand it: a jump
 * buffer on the stack, registered here, jumped to when the thread is cancelled
 * or calls pthread_exit(). The program then runs its handler and asks to go on.
 * The buffer's spare words hold musl's record of a cleanup handler.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>
#include "pthread_impl.h"

struct unwind_buf {
	unsigned long registers[8];
	int mask_was_saved;
	void *spare[4];
};

_Static_assert(offsetof(struct unwind_buf, spare) == 72, "glibc's __pthread_unwind_buf_t");
_Static_assert(sizeof(struct __ptcb) <= 4 * sizeof(void *), "room for musl's record");

hidden void uk_cancel_jump(void *arg)
{
	longjmp(arg, 1);
}

void __pthread_register_cancel(struct unwind_buf *b)
{
	struct __ptcb *cb = (struct __ptcb *)b->spare;
	pthread_t self = __pthread_self();

	cb->__f = uk_cancel_jump;
	cb->__x = b;
	cb->__next = self->cancelbuf;
	self->cancelbuf = cb;
}

void __pthread_unregister_cancel(struct unwind_buf *b)
{
	__pthread_self()->cancelbuf = ((struct __ptcb *)b->spare)->__next;
}

/* The rest of the handlers, then the end of the thread, with the result it was given; with C++ also unwind_enter.S. */
static _Noreturn void unwind_next(struct unwind_buf *b)
{
	__pthread_exit(__pthread_self()->result);
}
weak_alias(unwind_next, __pthread_unwind_next);

void __pthread_register_cancel_defer(struct unwind_buf *b)
{
	int old;

	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old);
	b->spare[3] = (void *)(long)old;
	__pthread_register_cancel(b);
}

void __pthread_unregister_cancel_restore(struct unwind_buf *b)
{
	__pthread_unregister_cancel(b);
	pthread_setcanceltype((int)(long)b->spare[3], 0);
}
