/* Recursion that fits into the 8 MB every main thread has. */
#include <stdio.h>
#include <string.h>

static unsigned long __attribute__((noinline)) down(int n)
{
	volatile char here[1024];

	memset((char *)here, n, sizeof here);
	if (n == 0)
		return here[5];
	return down(n - 1) + (unsigned char)here[n % 1024];
}

int main(void)
{
	printf("%lu\n", down(6500));
	return 0;
}
