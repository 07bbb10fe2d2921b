/* Where the numbers of a connection begin (RFC 6528): a clock, and a keyed hash of its addresses, SipHash-2-4. */
#include "lwip.h"

static u64 rotate(u64 v, u32 n) { return v << n | v >> (64 - n); }

static void mix(u64 v[4], u32 rounds)
{
	for (; rounds--;) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static u64 hash(const u64 key[2], const u64 *words, u32 n)
{
	u64 v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };

	for (u32 k = 0; k <= n; k++) {
		u64 m = k < n ? words[k] : (u64)n * 8 << 56;
		v[3] ^= m;
		mix(v, 2);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

u32_t lwip_sequence(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote, u16_t remote_port)
{
	static u64 key[2];
	u64 words[5] = { [4] = local_port | (u32)remote_port << 16 };

	if (!key[0])
		random_bytes(key, sizeof(key));
	memcpy(words, local, IP_IS_V4_VAL(*local) ? 4 : 16);
	memcpy(words + 2, remote, IP_IS_V4_VAL(*remote) ? 4 : 16);
	return hash(key, words, array_len(words)) + now_monotonic() / 1024;	/* a step is a microsecond, not four as in RFC 9293, 3.4.1 */
}
