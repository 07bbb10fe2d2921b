// Wrappers of malloc and its relatives that ask dlsym(RTLD_NEXT) for libc's, as
// tracing libraries do. The library is linked with the program; libc comes through it too.
#include <dlfcn.h>
#include <stddef.h>

extern "C" {
static void *(*next_malloc)(size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_calloc)(size_t, size_t);
static void (*next_free)(void *);
int mallocs, callocs, reallocs, frees;

void *malloc(size_t n)
{
	if (!next_malloc)
		next_malloc = (decltype(next_malloc))dlsym(RTLD_NEXT, "malloc");
	mallocs++;
	return next_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	static char first[4096];	// dlsym() itself may ask for memory
	static int busy;
	if (!next_calloc) {
		if (busy++)
			return first;
		next_calloc = (decltype(next_calloc))dlsym(RTLD_NEXT, "calloc");
	}
	callocs++;
	return next_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	if (!next_realloc)
		next_realloc = (decltype(next_realloc))dlsym(RTLD_NEXT, "realloc");
	reallocs++;
	return next_realloc(p, n);
}

void free(void *p) noexcept
{
	if (!next_free)
		next_free = (decltype(next_free))dlsym(RTLD_NEXT, "free");
	frees++;
	next_free(p);
}
}
