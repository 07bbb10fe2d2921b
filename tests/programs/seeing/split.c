/* Known shares of time: seven parts in ten in heavy(), three in light(), by what they count. */
#include <stdio.h>
#include <stdlib.h>

static unsigned turn(unsigned x, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		__asm__ volatile("" : "+r"(x));
	}
	return x;
}

__attribute__((noinline)) unsigned heavy(unsigned n)
{
	return turn(1, n * 70) + 1;
}

__attribute__((noinline)) unsigned light(unsigned n)
{
	return turn(2, n * 30) + 2;
}

int main(int argc, char **argv)
{
	unsigned sum = 0;

	for (int i = 0; i < 100; i++)
		sum += heavy(50000) + light(50000);
	printf("%d\n", sum != 0);
	return argc > 1 ? atoi(argv[1]) : 0;
}
