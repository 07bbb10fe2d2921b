/* The canary of make DEBUG=1 behind each thread's save area: every byte of it is looked at, and none of the area. */
#include <stdarg.h>
#include "kernel.h"
#include "vector.h"

/* <stdlib.h> has types that the kernel's headers have too. */
void *aligned_alloc(size_t align, size_t size);
int printf(const char *fmt, ...) printf_like(1, 2);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

static void *caught[5];
static char said[100];

void cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
	__asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(sub));
}

void *kzalloc(size_t n)
{
	void *p = aligned_alloc(64, (n + 63) & ~63UL);

	return p ? memset(p, 0, n) : NULL;
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	__builtin_longjmp(caught, 1);
}

static int found(const u8 *area)
{
	if (__builtin_setjmp(caught))
		return 1;
	vector_check(area);
	return 0;
}

int main(void)
{
	vector_size = 832;		/* AVX's */
	u8 *area = vector_alloc();
	int overruns = 0;

	memset(area, 0xff, vector_size);
	printf("the area itself: %d\n", found(area));
	for (int i = 0; i < CANARY_SIZE; i++) {
		area[vector_size + i] ^= 1;
		overruns += found(area);
		area[vector_size + i] ^= 1;
	}
	printf("behind it: %d of %d, %s\n", overruns, CANARY_SIZE, said);
	vector_size = 2688;		/* a processor with AVX-512 saves there */
	memset(area, 0, 832 + CANARY_SIZE);
	vector_size = 832;
	printf("a save that is too large: %d\n", found(area));
	return 0;
}
