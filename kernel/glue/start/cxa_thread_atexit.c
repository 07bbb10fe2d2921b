/*
 * __cxa_thread_atexit_impl(): destructors of C++ (and Rust) thread_local objects.
 *
 * They must run after a thread's cleanup handlers and before its pthread_key
 * destructors. musl runs the cleanup handlers of a thread from a list,
 * innermost first, so the destructors hang on one record at the far end of it.
 */
#include <pthread.h>
#include <stdlib.h>
#include "pthread_impl.h"
#include "../glue.h"

struct dtor {
	struct dtor *next;
	void (*fn)(void *);
	void *object;
};

struct record {
	struct __ptcb cb;
	struct dtor *dtors;
};

static void run(void *arg)
{
	struct record *r = arg;
	struct dtor *d;

	while ((d = r->dtors)) {
		r->dtors = d->next;
		d->fn(d->object);
		free(d);
	}
}

/* The pointer to this thread's record, or to the NULL at the list's end. */
static struct __ptcb **find(void)
{
	struct __ptcb **p = &__pthread_self()->cancelbuf;

	while (*p && (*p)->__f != run)
		p = &(*p)->__next;
	return p;
}

/* Where dlclose() is linked, it keeps the library of an address. */
static void no_pin(void *address) {}
weak_alias(no_pin, uk_pin_module);

int __cxa_thread_atexit_impl(void (*fn)(void *), void *object, void *dso)
{
	struct __ptcb **p = find();
	struct dtor *d = malloc(sizeof *d);

	if (!d)
		return -1;
	if (!*p) {
		struct record *r = calloc(1, sizeof *r);

		if (!r) {
			free(d);
			return -1;
		}
		r->cb.__f = run;
		r->cb.__x = r;
		*p = &r->cb;
	}
	struct record *r = (*p)->__x;

	d->fn = fn;
	d->object = object;
	d->next = r->dtors;
	r->dtors = d;
	uk_pin_module(dso);
	return 0;
}

void uk_call_tls_dtors(void)
{
	struct __ptcb **p = find();

	if (*p)
		run((*p)->__x);
}

weak_alias(uk_call_tls_dtors, __call_tls_dtors);
