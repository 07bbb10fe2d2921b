/*
 * A thread ends as in glibc: by an exception of its own kind, which runs the destructors and catch (...) of
 * every frame up to the thread's first one, from inside out and among the handlers of pthread_cleanup_push(). The unwinder is
 * the image's libgcc_s.so.1 (Itanium C++ ABI, 1.3 "_Unwind_ForcedUnwind"). The builder selects this, by
 * uk_unwind_exit, for images that bring it: no other frames have anything to run.
 */
#include <dlfcn.h>
#include <stdint.h>
#include "pthread_impl.h"
#include "../glue.h"

enum { UA_END_OF_STACK = 16 };

struct exception {
	uint64_t class;
	void (*cleanup)(int, struct exception *);
	uint64_t private[2];
} __attribute__((aligned(16)));

/* Two results in registers: see unwind_enter.S. */
struct start {
	void *unwind;
	struct exception *exception;
};

_Static_assert(sizeof(struct exception) == sizeof(((struct pthread *)0)->exception), "as in pthread_impl.h");
static uintptr_t (*get_cfa)(void *context);

/* cancel.c's, in programs that have such handlers. */
hidden weak void uk_cancel_jump(void *buffer) {}

static void not_rethrown(int reason, struct exception *e)
{
	uk_fatal("FATAL: exception not rethrown\n");
}

/* The stack pointer at which a handler's function is left. */
static uintptr_t place(const struct __ptcb *cb)
{
	if (cb->__f == uk_cancel_jump)	/* a jump buffer: setjmp() was called with this */
		return ((unsigned long *)cb->__x)[6];
	return (uintptr_t)cb + 1;
}

/* The handlers of frames that are left once CFA is. Records of another kind are on the heap, and come last. */
static void run_handlers(pthread_t self, uintptr_t cfa)
{
	struct __ptcb *cb;

	while ((cb = self->cancelbuf) && (uintptr_t)cb > (uintptr_t)__builtin_frame_address(0) && place(cb) <= cfa) {
		self->cancelbuf = cb->__next;
		cb->__f(cb->__x);
	}
}

hidden int uk_unwind_stop(int version, int actions, uint64_t class, struct exception *e, void *context, void *arg)
{
	pthread_t self = __pthread_self();

	if (actions & UA_END_OF_STACK)
		__pthread_exit(self->result);
	run_handlers(self, get_cfa(context));
	return 0;
}

hidden void *uk_unwind_result(void)
{
	return __pthread_self()->result;
}

hidden struct start uk_unwind_begin(void *result)
{
	pthread_t self = __pthread_self();
	void *lib = dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_NOLOAD), *unwind = lib ? dlsym(lib, "_Unwind_ForcedUnwind") : NULL;

	self->canceldisable = 1;
	self->cancelasync = 0;
	self->result = result;
	get_cfa = lib ? (uintptr_t (*)(void *))dlsym(lib, "_Unwind_GetCFA") : NULL;
	if (!unwind || !get_cfa)
		__pthread_exit(result);
	struct exception *e = (struct exception *)__pthread_self()->exception;
	e->class = 0;
	e->cleanup = not_rethrown;
	return (struct start){ unwind, e };
}
