/*
 * Where libc's own calls of malloc() and its three relatives go when a file of the
 * image defines them (an own malloc, jemalloc): glibc makes exactly these four calls
 * through its PLT, so that what strdup() or getline() returns is freed by whoever
 * free() belongs to.
 *
 * redefine.txt makes libc call uk_malloc() and so on, which are second names of the
 * ordinary functions, and weak. The builder selects this file, by uk_malloc_replaced, for an
 * image with such a definition; then these win. What the kernel exports as
 * malloc() is libc's own in any case, since a wrapper asks dlsym(RTLD_NEXT) for it.
 *
 * The archive's order matters: for others uk_malloc is found in malloc-lite_malloc.o, and
 * so on, which all stand before malloc-replaceable.o.
 */
#include <stdlib.h>

const char uk_malloc_replaced[1];

/* kernel/elf/replacement.c: false while the program is not loaded yet. *TO stays as it is if
 * NAME is the kernel's for programs as well. */
hidden int uk_replacement(const char *name, void *to);

static void *(*to_malloc)(size_t) = __libc_malloc;
static void *(*to_calloc)(size_t, size_t) = __libc_calloc;
static void *(*to_realloc)(void *, size_t) = __libc_realloc;
static void (*to_free)(void *) = __libc_free;
static int known;

/* Threads that come here at once store the same. */
static void look_up(void)
{
	int all = uk_replacement("malloc", &to_malloc) & uk_replacement("calloc", &to_calloc) &
		uk_replacement("realloc", &to_realloc) & uk_replacement("free", &to_free);

	__atomic_store_n(&known, all, __ATOMIC_RELEASE);
}

static void need(void)
{
	if (!__atomic_load_n(&known, __ATOMIC_ACQUIRE))
		look_up();
}

void *malloc(size_t n)
{
	need();
	return to_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	need();
	return to_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	need();
	return to_realloc(p, n);
}

void free(void *p)
{
	need();
	to_free(p);
}
