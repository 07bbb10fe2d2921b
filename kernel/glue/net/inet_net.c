/* Numbers of networks as text, with how many bits of them count: BIND's functions. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Puts a byte into what is left of SIZE. */
static int put(unsigned char **to, size_t *size, unsigned v)
{
	if (!*size)
		return 0;
	--*size;
	*(*to)++ = v;
	return 1;
}

static int hex(const char **s, unsigned char **to, size_t *size)
{
	unsigned v = 0, digits = 0;

	for (; isxdigit((unsigned char)**s); ++*s) {
		v = v << 4 | (isdigit((unsigned char)**s) ? **s - '0' : (**s | 32) - 'a' + 10);
		if (++digits % 2 == 0 && !put(to, size, v & 255))
			return EMSGSIZE;
	}
	return digits % 2 && !put(to, size, v << 4 & 255) ? EMSGSIZE : 0;
}

static int decimal(const char **s, unsigned char **to, size_t *size)
{
	for (;;) {
		unsigned v = 0;

		if (!isdigit((unsigned char)**s))
			return ENOENT;
		for (; isdigit((unsigned char)**s); ++*s)
			if ((v = v * 10 + (**s - '0')) > 255)
				return ENOENT;
		if (!put(to, size, v))
			return EMSGSIZE;
		if (!**s || **s == '/')
			return 0;
		if (*(*s)++ != '.')
			return ENOENT;
	}
}

/* The class says how many, but for bytes that are written. */
static int imputed(unsigned char first, int bytes)
{
	int bits = first >= 240 ? 32 : first >= 224 ? 4 : first >= 192 ? 24 : first >= 128 ? 16 : 8;

	return bits >= 8 && bits < bytes * 8 ? bytes * 8 : bits;
}

int inet_net_pton(int family, const char *s, void *dst, size_t size)
{
	unsigned char *to = dst, *start = dst;
	int bits = -1, e = EAFNOSUPPORT;

	if (family != AF_INET)
		goto fail;
	if (s[0] == '0' && (s[1] | 32) == 'x' && isxdigit((unsigned char)s[2])) {
		s += 2;
		e = size ? hex(&s, &to, &size) : EMSGSIZE;
	} else {
		e = decimal(&s, &to, &size);
	}
	if (e)
		goto fail;
	if (*s == '/' && isdigit((unsigned char)s[1]) && to > start) {
		for (bits = 0, s++; isdigit((unsigned char)*s); s++)
			bits = bits > 99 ? bits : bits * 10 + (*s - '0');
		e = *s ? ENOENT : bits > 32 ? EMSGSIZE : 0;
		if (e)
			goto fail;
	}
	e = ENOENT;
	if (*s || to == start)
		goto fail;
	if (bits < 0)
		bits = imputed(*start, to - start);
	e = EMSGSIZE;
	while (bits > (to - start) * 8)
		if (!put(&to, &size, 0))
			goto fail;
	return bits;
fail:
	errno = e;
	return -1;
}

char *inet_net_ntop(int family, const void *src, int bits, char *dst, size_t size)
{
	const unsigned char *from = src;
	char *to = dst;
	size_t n;

	if (family != AF_INET) {
		errno = EAFNOSUPPORT;
		return NULL;
	}
	if (bits < 0 || bits > 32) {
		errno = EINVAL;
		return NULL;
	}
	if (!bits) {
		if (size < 2)
			goto full;
		*to++ = '0';
		*to = 0;
		size--;
	}
	for (int b = bits / 8; b > 0; b--, size -= n) {
		if (size < 5)
			goto full;
		n = sprintf(to, b > 1 ? "%u." : "%u", *from++);
		to += n;
	}
	if (bits % 8) {
		if (size < 5)
			goto full;
		n = sprintf(to, to == dst ? "%u" : ".%u", *from & 0xff00 >> bits % 8 & 255);
		to += n;
		size -= n;
	}
	if (size < 4)
		goto full;
	sprintf(to, "/%u", bits);
	return dst;
full:
	errno = EMSGSIZE;
	return NULL;
}

char *inet_neta(unsigned long net, char *dst, size_t size)
{
	char *to = dst;

	for (; net & 0xffffffff; net <<= 8) {
		unsigned b = net >> 24 & 255;
		int more = (net << 8 & 0xffffffff) != 0;
		size_t n;

		if (!b)
			continue;
		if (size < 5)
			goto full;
		n = sprintf(to, more ? "%u." : "%u", b);
		to += n;
		size -= n;
	}
	if (to == dst) {
		if (size < 8)
			goto full;
		strcpy(dst, "0.0.0.0");
	}
	return dst;
full:
	errno = EMSGSIZE;
	return NULL;
}
