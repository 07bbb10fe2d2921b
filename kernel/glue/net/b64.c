/* Base 64 (RFC 4648), as libresolv offers it. */
#include <ctype.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The length of what was written, without the 0 after it; -1: no room. */
int __b64_ntop(const unsigned char *s, size_t n, char *out, size_t room)
{
	size_t at = 0;

	for (; n; s += 3) {
		unsigned v = s[0] << 16 | (n > 1 ? s[1] : 0) << 8 | (n > 2 ? s[2] : 0);

		if (at + 4 >= room)
			return -1;
		out[at++] = digits[v >> 18];
		out[at++] = digits[v >> 12 & 63];
		out[at++] = n > 1 ? digits[v >> 6 & 63] : '=';
		out[at++] = n > 2 ? digits[v & 63] : '=';
		n = n > 3 ? n - 3 : 0;
	}
	if (at >= room)
		return -1;
	out[at] = 0;
	return at;
}

/* The number of bytes; white space is passed over. -1: not base 64, or no room. OUT may be NULL. */
int __b64_pton(const char *s, unsigned char *out, size_t room)
{
	unsigned v = 0;
	int bits = 0, n = 0, pads = 0, quads = 0;

	for (; *s; s++) {
		const char *d;

		if (isspace((unsigned char)*s))
			continue;
		quads++;
		if (*s == '=') {
			pads++;
			continue;
		}
		if (pads || !(d = strchr(digits, *s)))
			return -1;
		v = v << 6 | (unsigned)(d - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			if (out) {
				if ((size_t)n >= room)
					return -1;
				out[n] = v >> bits;
			}
			n++;
			v &= (1 << bits) - 1;
		}
	}
	if (quads % 4 || pads > 2 || bits != 2 * pads || v)
		return -1;
	return n;
}
