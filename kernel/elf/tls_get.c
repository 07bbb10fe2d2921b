/* __tls_get_addr (psABI 3.4.6 and ELF TLS, general dynamic model). */
#include "tls_vector.h"

static inline u64 thread_pointer(void)
{
	u64 p;
	__asm__("mov %%fs:0, %0" : "=r"(p));
	return p;
}

OPTIONAL char *tls_make_block(const struct tls *t)
{
	panic("thread-local storage %lu without a place", t->id);
}

/* The address, or NULL when this thread has no block yet. */
void *tlsdesc_fast(const u64 *index)
{
	const struct tls *t = (const struct tls *)index[0];

	if (t->static_offset)
		return (void *)(thread_pointer() - t->static_offset + index[1]);
	struct vector *v = vector_of();
	if (!v || t->slot >= v->count || !v->blocks[t->slot].start)
		return NULL;
	return v->blocks[t->slot].start + index[1];
}

EXPORT void *__tls_get_addr(const u64 *index)
{
	void *p = tlsdesc_fast(index);

	return p ? p : tls_make_block((const struct tls *)index[0]) + index[1];
}
