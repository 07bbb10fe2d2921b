/* A library that came late has its static block in every thread that there is. */
#include <string.h>
#include "pthread_impl.h"
#include "libc.h"

void uk_tls_fill(const struct tls_module *t)
{
	pthread_t self = __pthread_self(), td = self;

	__inhibit_ptc();	/* no thread is being made meanwhile */
	__tl_lock();
	do {
		memcpy((char *)td - t->offset, t->image, t->len);
		memset((char *)td - t->offset + t->len, 0, t->size - t->len);
		td = td->next;
	} while (td != self);
	__tl_unlock();
	__release_ptc();
}
