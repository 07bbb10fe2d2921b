/*
 * backtrace(). libgcc_s.so.1 unwinds the stack, as in glibc; without it there
 * are no frames. The kernel carries no unwinding tables, so the unwinder must
 * never see a frame of ours at the near end: uk_backtrace_enter() jumps to it
 * as if the program had called it, and the callback leaves through
 * uk_backtrace_leave() at the last frame that has tables.
 *
 * The loader's functions are weak: only programs that load libraries have them.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include "../glue.h"

extern __typeof__(dlopen) dlopen __attribute__((__weak__, __noplt__));
extern __typeof__(dlsym) dlsym __attribute__((__weak__, __noplt__));

struct state {
	/* Known to backtrace_enter.S. */
	int (*unwind)(int (*)(void *, void *), void *);
	unsigned long registers[7];
	long n;

	long max;
	void **out;
	unsigned long (*get_ip)(void *);
	void *(*find_function)(void *);
};

_Static_assert(offsetof(struct state, registers) == 8 && offsetof(struct state, n) == 64, "backtrace.S");

hidden _Noreturn void uk_backtrace_leave(struct state *s);

hidden int uk_backtrace_frame(void *context, void *arg)
{
	struct state *s = arg;
	unsigned long ip = s->get_ip(context);

	if (!ip || s->n == s->max || !s->find_function((void *)ip))
		uk_backtrace_leave(s);
	s->out[s->n++] = (void *)ip;
	return 0;
}

hidden struct state *uk_backtrace_begin(void **out, int max)
{
	struct state *s;
	void *lib;

	if (max <= 0 || !dlopen || !dlsym || !(lib = dlopen("libgcc_s.so.1", RTLD_NOW)))
		return 0;
	if (!(s = calloc(1, sizeof *s)))
		return 0;
	s->out = out;
	s->max = max;
	s->unwind = (void *)dlsym(lib, "_Unwind_Backtrace");
	s->get_ip = (void *)dlsym(lib, "_Unwind_GetIP");
	s->find_function = (void *)dlsym(lib, "_Unwind_FindEnclosingFunction");
	if (s->unwind && s->get_ip && s->find_function)
		return s;
	free(s);
	return 0;
}

hidden int uk_backtrace_end(struct state *s)
{
	int n = s->n;

	free(s);
	return n;
}
