/*
 * __tls_get_addr (psABI 3.4.6 and ELF TLS, general dynamic model). Blocks of
 * libraries that dlopen() brought are made on a thread's first use and hang on
 * a vector that takes the place of the count in musl's dtv[0], which nothing
 * else reads. The thread's end frees them.
 */
#include "dynlink.h"

struct block {
	void *memory;		/* as allocated */
	char *start;
};
struct vector {
	u64 count;
	struct block blocks[];
};

/* musl's allocator under its internal names: a program's own malloc may itself use thread-local storage. */
void *__libc_calloc(size_t n, size_t size);
void __libc_free(void *p);

static inline u64 thread_pointer(void)
{
	u64 p;
	__asm__("mov %%fs:0, %0" : "=r"(p));
	return p;
}

/* struct pthread: self, dtv (pthread_impl.h calls both external ABI). */
static inline struct vector **vector_place(void)
{
	u64 *dtv;
	__asm__("mov %%fs:8, %0" : "=r"(dtv));
	return (struct vector **)dtv;
}

static struct vector *vector_of(void)
{
	struct vector *v = *vector_place();

	return (u64)v < PAGE_SIZE ? NULL : v;	/* still musl's count */
}

static noreturn void out_of_memory(void)
{
	kprintf("%s: out of memory for thread-local storage; give the machine more\n", exec_name);
	vm_exit('s', 6);
}

static char *make_block(const struct tls *t)
{
	struct vector *v = vector_of();
	const struct tls_image *i = &t->image;

	if (!v || t->slot >= v->count) {
		u64 count = t->slot + 8;
		struct vector *grown = __libc_calloc(1, sizeof(*v) + count * sizeof(struct block));
		if (!grown)
			out_of_memory();
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
		out_of_memory();
	u64 misplaced = (u64)i->image & (i->align - 1);
	u64 start = align_down((u64)b->memory - misplaced + i->align - 1, i->align) + misplaced;
	memcpy((void *)start, i->image, i->len);
	b->start = (char *)start;
	return b->start;
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

void *__tls_get_addr(const u64 *index)
{
	void *p = tlsdesc_fast(index);

	return p ? p : make_block((const struct tls *)index[0]) + index[1];
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
