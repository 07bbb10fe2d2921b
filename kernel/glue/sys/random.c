/* arc4random(): the kernel's random numbers, without a file descriptor. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

void arc4random_buf(void *buf, size_t n)
{
	for (char *p = buf; n; ) {
		ssize_t r = getrandom(p, n < 256 ? n : 256, 0);

		if (r < 0)
			abort();	/* numbers that are not random would be worse */
		p += r;
		n -= r;
	}
}

uint32_t arc4random(void)
{
	uint32_t r;

	arc4random_buf(&r, sizeof r);
	return r;
}

/* Below BOUND, each equally likely: numbers of the incomplete last round are drawn again. */
uint32_t arc4random_uniform(uint32_t bound)
{
	uint32_t r;

	if (bound < 2)
		return 0;
	do
		r = arc4random();
	while (r < -bound % bound);
	return r % bound;
}
