/* A thread's vector of dynamic TLS blocks. */
#ifndef TLS_VECTOR_H
#define TLS_VECTOR_H

#include "dynlink.h"

struct block {
	void *memory;		/* as allocated */
	char *start;
};
struct vector {
	u64 count;
	struct block blocks[];
};

/* struct pthread: self, dtv (pthread_impl.h calls both external ABI). */
static inline struct vector **vector_place(void)
{
	u64 *dtv;
	__asm__("mov %%fs:8, %0" : "=r"(dtv));
	return (struct vector **)dtv;
}

static inline struct vector *vector_of(void)
{
	struct vector *v = *vector_place();

	return (u64)v < PAGE_SIZE ? NULL : v;	/* still musl's count */
}

#endif
