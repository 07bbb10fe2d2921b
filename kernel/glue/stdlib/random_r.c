/*
 * random_r(): glibc's additive feedback generator, so that a seed gives the
 * same numbers here as there. x[i] = x[i-deg] + x[i-sep], the sum's upper 31
 * bits are the result; the state starts from a Lehmer generator and 10*deg
 * numbers are thrown away. Type 0 is a linear congruential generator.
 *
 * A state array is preceded by a word that keeps type and position, so that
 * setstate() can go on with it.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include "random.h"

#define TYPES	5

static const unsigned char degree[TYPES] = { 0, 7, 15, 31, 63 };
static const unsigned char separation[TYPES] = { 0, 3, 1, 3, 1 };
static const unsigned short bytes[TYPES] = { 8, 32, 64, 128, 256 };

static int invalid(void)
{
	errno = EINVAL;
	return -1;
}

int random_r(struct random_data *r, int32_t *out)
{
	if (!r || !out)
		return invalid();
	if (!r->type) {
		*out = r->state[0] = (r->state[0] * 1103515245U + 12345U) & 0x7fffffff;
		return 0;
	}
	*out = (uint32_t)(*r->front = (uint32_t)*r->front + (uint32_t)*r->rear) >> 1;
	if (++r->front >= r->end) {
		r->front = r->state;
		++r->rear;
	} else if (++r->rear >= r->end) {
		r->rear = r->state;
	}
	return 0;
}

int srandom_r(unsigned seed, struct random_data *r)
{
	int32_t word = seed ? seed : 1, skip;

	if (!r || (unsigned)r->type >= TYPES)
		return invalid();
	r->state[0] = word;
	if (!r->type)
		return 0;
	for (int i = 1; i < r->degree; i++) {
		word = (int64_t)word * 16807 % 2147483647;
		if (word < 0)
			word += 2147483647;
		r->state[i] = word;
	}
	r->front = r->state + r->separation;
	r->rear = r->state;
	for (int i = 0; i < 10 * r->degree; i++)
		random_r(r, &skip);
	return 0;
}

static void keep_position(struct random_data *r)
{
	if (r->state)
		r->state[-1] = r->type ? TYPES * (r->rear - r->state) + r->type : 0;
}

static void use(struct random_data *r, int type, int32_t *state)
{
	r->type = type;
	r->degree = degree[type];
	r->separation = separation[type];
	r->state = state;
	r->end = state + degree[type];
}

int initstate_r(unsigned seed, char *buf, size_t n, struct random_data *r)
{
	int type = TYPES - 1;

	if (!r || n < bytes[0])
		return invalid();
	keep_position(r);
	while (n < bytes[type])
		type--;
	use(r, type, (int32_t *)buf + 1);
	srandom_r(seed, r);
	keep_position(r);
	return 0;
}

int setstate_r(char *buf, struct random_data *r)
{
	int32_t *state = (int32_t *)buf + 1;
	int type = buf ? (unsigned)state[-1] % TYPES : 0, at;

	if (!r || !buf)
		return invalid();
	keep_position(r);
	at = state[-1] / TYPES;
	use(r, type, state);
	if (type) {
		r->rear = state + at % r->degree;
		r->front = state + (at + r->separation) % r->degree;
	}
	return 0;
}
