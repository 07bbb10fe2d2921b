/* Random bytes: ChaCha20 (RFC 8439) keyed from the entropy device, RDRAND and
 * the TSC; the key is replaced after each request, so that a later look at
 * memory tells nothing about bytes given out. */
#include "cpu.h"
#include "entropy.h"
#include "kernel.h"

#define RESEED_AFTER (1 << 20)

static u32 key[8];
static u64 given_out = RESEED_AFTER;

static void quarter(u32 *s, int a, int b, int c, int d)
{
	s[a] += s[b], s[d] ^= s[a], s[d] = s[d] << 16 | s[d] >> 16;
	s[c] += s[d], s[b] ^= s[c], s[b] = s[b] << 12 | s[b] >> 20;
	s[a] += s[b], s[d] ^= s[a], s[d] = s[d] << 8 | s[d] >> 24;
	s[c] += s[d], s[b] ^= s[c], s[b] = s[b] << 7 | s[b] >> 25;
}

static void chacha_block(u32 out[16], u32 counter)
{
	u32 in[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };

	memcpy(in + 4, key, 32);
	in[12] = counter;
	memcpy(out, in, 64);
	for (int i = 0; i < 10; i++) {
		quarter(out, 0, 4, 8, 12), quarter(out, 1, 5, 9, 13);
		quarter(out, 2, 6, 10, 14), quarter(out, 3, 7, 11, 15);
		quarter(out, 0, 5, 10, 15), quarter(out, 1, 6, 11, 12);
		quarter(out, 2, 7, 8, 13), quarter(out, 3, 4, 9, 14);
	}
	for (int i = 0; i < 16; i++)
		out[i] += in[i];
}

static bool rdrand(u64 *v)
{
	u32 r[4];
	u8 ok = 0;

	cpuid(1, 0, r);
	for (int i = 0; i < 10 && !ok && r[2] >> 30 & 1; i++)
		__asm__ volatile("rdrand %0; setc %1" : "=r"(*v), "=qm"(ok));
	return ok;
}

/* RDRAND where the CPU has it: no device need be started for it. */
static bool seed_from_cpu(u32 fresh[8])
{
	for (int i = 0; i < 8; i += 2) {
		u64 v;
		if (!rdrand(&v))
			return false;
		fresh[i] = v;
		fresh[i + 1] = v >> 32;
	}
	return true;
}

/* For the stack protector, before there are devices: where there is no RDRAND it is as hard to guess as the time. */
u64 random_early(void)
{
	u64 v = 0;

	rdrand(&v);
	return (v ^ rdtsc()) * 0x9e3779b97f4a7c15;
}

static void reseed(void)
{
	u32 fresh[8] = { 0 };

	if (!seed_from_cpu(fresh) && entropy_read(fresh, sizeof(fresh)))
		panic("no source of entropy: the CPU has no RDRAND; add CONFIG_VIRTIO_RNG=y to the profile");
	u64 t = rdtsc();
	fresh[0] ^= t;
	for (int i = 0; i < 8; i++)
		key[i] ^= fresh[i];
	given_out = 0;
}

void random_bytes(void *buf, size_t n)
{
	u32 block[16], next_key[16];
	u32 counter = 1;

	if (given_out >= RESEED_AFTER)
		reseed();
	given_out += n;
	chacha_block(next_key, 0);
	for (u8 *p = buf; n; counter++) {
		size_t k = min(n, sizeof(block));
		chacha_block(block, counter);
		memcpy(p, block, k);
		p += k;
		n -= k;
	}
	memcpy(key, next_key, 32);
}
