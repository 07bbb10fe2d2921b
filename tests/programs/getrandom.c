/* Random bytes: two requests that differ. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int main(void)
{
	unsigned char a[32], b[32];

	long n = getrandom(a, sizeof(a), 0), m = getrandom(b, sizeof(b), 0);
	printf("%ld %ld, the same: %d\n", n, m, !memcmp(a, b, sizeof(a)));
	return 0;
}
