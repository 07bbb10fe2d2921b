/*
 * Blocks of thread-local storage of libraries that dlopen() brought: made on a
 * thread's first use. They hang on a vector that takes the place of the count
 * in musl's dtv[0], which nothing else reads. The thread's end frees them.
 * Linked in by dlopen(), which names tls_dynamic.
 */
#include "tls_vector.h"

const char tls_dynamic[1];
extern const char tlsdesc_dynamic[];

/* musl's allocator under its internal names: a program's own malloc may itself use thread-local storage. */
void *__libc_calloc(size_t n, size_t size);
void __libc_free(void *p);

char *tls_make_block(const struct tls *t)
{
	struct vector *v = vector_of();
	const struct tls_image *i = &t->image;

	if (!v || t->slot >= v->count) {
		u64 count = t->slot + 8;
		struct vector *grown = __libc_calloc(1, sizeof(*v) + count * sizeof(struct block));
		if (!grown)
			out_of_memory("for thread-local storage");
		if (v)
			memcpy(grown->blocks, v->blocks, v->count * sizeof(struct block));
		grown->count = count;
		*vector_place() = grown;
		__libc_free(v);
		v = grown;
	}
	struct block *b = &v->blocks[t->slot];
	b->memory = __libc_calloc(1, i->size + i->align);
	if (!b->memory)
		out_of_memory("for thread-local storage");
	u64 misplaced = (u64)i->image & (i->align - 1);
	u64 start = align_down((u64)b->memory - misplaced + i->align - 1, i->align) + misplaced;
	memcpy((void *)start, i->image, i->len);
	b->start = (char *)start;
	return b->start;
}

const char *tlsdesc_entry(void)
{
	return tlsdesc_dynamic;
}

void thread_exit_tls(void)
{
	struct vector *v = vector_of();

	KEEP(__dl_thread_cleanup);
	if (!v)
		return;
	*vector_place() = NULL;
	for (u64 i = 0; i < v->count; i++)
		__libc_free(v->blocks[i].memory);
	__libc_free(v);
}
