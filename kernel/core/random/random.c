/* Random bytes: ChaCha20 (RFC 8439) keyed from the entropy device, RDRAND and
 * the TSC; the key is replaced after each request, so that a later look at
 * memory tells nothing about bytes given out. */
#include "cpu.h"
#include "entropy.h"
#include "kernel.h"

#define RESEED_AFTER (1 << 20)

static u64 key[4];
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
	for (unsigned i = 0; i < 80; i++) {	/* columns, then diagonals */
		unsigned k = i >> 2 & 1;
		quarter(out, i & 3, 4 + ((i + k) & 3), 8 + ((i + 2 * k) & 3), 12 + ((i + 3 * k) & 3));
	}
	for (int i = 0; i < 16; i++)
		out[i] += in[i];
}

static void reseed(void)
{
	u64 fresh[4] = { 0 };

	if (!cpu_random(fresh, array_len(fresh)) && entropy_read(fresh, sizeof(fresh)))
		panic("no entropy: the CPU has no RDRAND; add CONFIG_VIRTIO_RNG=y to the profile");
	fresh[0] ^= rdtsc();
	for (int i = 0; i < 4; i++)
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
