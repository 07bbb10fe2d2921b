/* The drand48() family with the state in the caller's struct, laid out as glibc's. */
#include <stdint.h>
#include <string.h>

struct drand48_data {
	uint16_t x[3], old_x[3], c, init;
	uint64_t a;
};

static uint64_t next(uint16_t x[3], struct drand48_data *d)
{
	uint64_t v = x[0] | (uint64_t)x[1] << 16 | (uint64_t)x[2] << 32;

	if (!d->init) {
		d->a = 0x5deece66d;
		d->c = 0xb;
		d->init = 1;
	}
	v = v * d->a + d->c;
	x[0] = v;
	x[1] = v >> 16;
	x[2] = v >> 32;
	return v & 0xffffffffffff;
}

int erand48_r(uint16_t x[3], struct drand48_data *d, double *out) { *out = next(x, d) * 0x1p-48; return 0; }
int nrand48_r(uint16_t x[3], struct drand48_data *d, long *out) { *out = next(x, d) >> 17; return 0; }
int jrand48_r(uint16_t x[3], struct drand48_data *d, long *out) { *out = (int32_t)(next(x, d) >> 16); return 0; }
int drand48_r(struct drand48_data *d, double *out) { return erand48_r(d->x, d, out); }
int lrand48_r(struct drand48_data *d, long *out) { return nrand48_r(d->x, d, out); }
int mrand48_r(struct drand48_data *d, long *out) { return jrand48_r(d->x, d, out); }

int lcong48_r(uint16_t p[7], struct drand48_data *d)
{
	memcpy(d->x, p, sizeof d->x);
	d->a = p[3] | (uint64_t)p[4] << 16 | (uint64_t)p[5] << 32;
	d->c = p[6];
	d->init = 1;
	return 0;
}

int seed48_r(uint16_t seed[3], struct drand48_data *d)
{
	uint16_t p[7] = { seed[0], seed[1], seed[2], 0xe66d, 0xdeec, 5, 0xb };

	memcpy(d->old_x, d->x, sizeof d->x);
	return lcong48_r(p, d);
}

int srand48_r(long seed, struct drand48_data *d)
{
	uint16_t p[7] = { 0x330e, seed, seed >> 16, 0xe66d, 0xdeec, 5, 0xb };

	return lcong48_r(p, d);
}
