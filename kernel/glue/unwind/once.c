/* pthread_once() whose function may throw: the next one to come calls it again. */
#include "pthread_impl.h"
#include "through.h"

static void undo(void *control)
{
	if (a_swap(control, 0) == 3)
		__wake(control, -1, 1);
}

/* A thread that ends here has run it already, with all handlers of the frames that it leaves. */
static void passed(struct uk_record *r)
{
	pthread_t self = __pthread_self();
	struct __ptcb *cb = r->own[0];

	if (self->cancelbuf != cb)
		return;
	self->cancelbuf = cb->__next;
	undo(cb->__x);
}

hidden int uk_once(pthread_once_t *control, void (*init)(int, int, struct uk_record *), struct uk_record *r)
{
	for (;;) switch (a_cas(control, 0, 1)) {
	case 0:
		pthread_cleanup_push(undo, control);
		r->own[0] = __pthread_self()->cancelbuf;
		r->cleanup = passed;
		init(0, 0, r);
		pthread_cleanup_pop(0);
		if (a_swap(control, 2) == 3)
			__wake(control, -1, 1);
		return 0;
	case 1:
		a_cas(control, 1, 3);	/* fall through */
	case 3:
		__wait(control, 0, 3, 1);
		continue;
	case 2:
		return 0;
	}
}
