/* A domain name's text as the labels of a message (RFC 1035, 3.1 and 5.1). */
#include <ctype.h>
#include "resolver.h"

/* The character that an escape at *S stands for, or -1. */
static int escaped(const unsigned char **s)
{
	const unsigned char *p = *s;
	int c;

	if (!isdigit(p[0])) {
		*s += !!p[0];
		return p[0] ? p[0] : -1;
	}
	if (!isdigit(p[1]) || !isdigit(p[2]))
		return -1;
	c = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';
	*s += 3;
	return c < 256 ? c : -1;
}

int uk_dns_wire(const char *text, unsigned char out[WIRE_NAME])
{
	const unsigned char *s = (const void *)text;
	unsigned char *label = out, *p = out + 1;
	int c;

	if (!s[0] || s[0] == '.' && !s[1]) {
		out[0] = 0;
		return 1;
	}
	for (;;) {
		c = *s++;
		if (p - out >= WIRE_NAME - 1)
			return -1;
		if (c && c != '.') {
			if (c == '\\' && (c = escaped(&s)) < 0)
				return -1;
			*p++ = c;
			continue;
		}
		if (p - label < 2 || p - label > 64)
			return -1;
		*label = p - label - 1;
		label = p++;
		if (!c || !*s) {
			*label = 0;
			return p - out;
		}
	}
}
