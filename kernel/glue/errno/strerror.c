/* strerror() with glibc's texts, which programs' output shows. Also behind perror() and printf's %m. */
#include <errno.h>
#include <stdio.h>
#define strerror_r posix_strerror_r	/* the declaration of musl's */
#include <string.h>
#undef strerror_r
#include "pthread_impl.h"
#include "../glue.h"

#include "error_texts.h"

/* Part I: the I-th of those that bytes from 0x80 on stand for. */
static const unsigned char *part(int i)
{
	const unsigned char *p = parts;

	while (i)
		i -= !*p++;
	return p;
}

/* Writes S to TO with its parts, and returns the end of that. */
static char *unpack(char *to, const unsigned char *s)
{
	for (; *s; s++)
		if (*s < 0x80)
			*to++ = *s;
		else
			to = unpack(to, part(*s - 0x80));
	return to;
}

/* The text of error ERR, or NULL where there is none. All are unpacked by the first who wants one; others who come
 * meanwhile write the same. */
const char *strerrordesc_np(int err)
{
	static char texts[LENGTH];
	static int there;
	const unsigned char *s = packed;
	char *to = texts;

	if (!__atomic_load_n(&there, __ATOMIC_ACQUIRE)) {
		for (; to < texts + LENGTH; s += strlen((const char *)s) + 1)
			to = unpack(to, s) + 1;
		__atomic_store_n(&there, 1, __ATOMIC_RELEASE);
	}
	for (to = texts; err && to < texts + LENGTH; err--)
		to += strlen(to) + 1;
	return to < texts + LENGTH && *to ? to : 0;
}

char *strerror(int err)
{
	char *unknown = __pthread_self()->unknown_error;
	const char *s = strerrordesc_np(err);

	if (s)
		return (char *)s;
	snprintf(unknown, sizeof __pthread_self()->unknown_error, "Unknown error %d", err);
	return unknown;
}

char *strerror_l(int err, locale_t loc)
{
	return strerror(err);
}
weak_alias(strerror_l, __strerror_l);

/* GNU's, which returns the message and uses BUF only if it must. */
char *strerror_r(int err, char *buf, size_t n)
{
	const char *s = strerrordesc_np(err);

	if (s)
		return (char *)s;
	snprintf(buf, n, "Unknown error %d", err);
	return buf;
}
weak_alias(strerror_r, __strerror_r);

/* The one of POSIX. */
int __xpg_strerror_r(int err, char *buf, size_t n)
{
	const char *s = strerrordesc_np(err);
	size_t len = s ? snprintf(buf, n, "%s", s) : snprintf(buf, n, "Unknown error %d", err);

	return !s ? EINVAL : len < n ? 0 : ERANGE;
}
