/* random() and rand() on one generator for the whole program. */
#include <stdlib.h>
#include "pthread_impl.h"
#include "lock.h"
#include "random.h"

static volatile int lock[1];
static int32_t words[32];
static struct random_data generator;

static struct random_data *start(void)
{
	if (!generator.state)
		initstate_r(1, (char *)words, sizeof words, &generator);
	return &generator;
}

long random(void)
{
	int32_t r;

	LOCK(lock);
	random_r(start(), &r);
	UNLOCK(lock);
	return r;
}

void srandom(unsigned seed)
{
	LOCK(lock);
	srandom_r(seed, start());
	UNLOCK(lock);
}

char *initstate(unsigned seed, char *buf, size_t n)
{
	char *old;

	LOCK(lock);
	old = (char *)(start()->state - 1);
	if (initstate_r(seed, buf, n, &generator))
		old = 0;
	UNLOCK(lock);
	return old;
}

char *setstate(char *buf)
{
	char *old;

	LOCK(lock);
	old = (char *)(start()->state - 1);
	if (setstate_r(buf, &generator))
		old = 0;
	UNLOCK(lock);
	return old;
}

int rand(void)
{
	return random();
}

void srand(unsigned seed)
{
	srandom(seed);
}

/* Eleven, ten and ten bits of three steps of a linear congruential generator. */
int rand_r(unsigned *seed)
{
	unsigned next = *seed, result = 0;
	static const unsigned char bits[3] = { 11, 10, 10 };

	for (int i = 0; i < 3; i++) {
		next = next * 1103515245 + 12345;
		result = result << bits[i] ^ (next >> 16 & ((1 << bits[i]) - 1));
	}
	*seed = next;
	return result;
}
