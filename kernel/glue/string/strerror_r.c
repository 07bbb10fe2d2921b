/* strerror_r() of GNU returns the message, the one of POSIX an error number; glibc has both. */
#include <errno.h>
#include <stdio.h>
#define strerror_r posix_strerror_r	/* the declaration of musl's */
#include <string.h>
#undef strerror_r
#include "../glue.h"

char *strerror_r(int err, char *buf, size_t n)
{
	char *s = strerror(err);

	if (strncmp(s, "Unknown error", 13))
		return s;
	/* glibc names the number; musl has one text for all. */
	snprintf(buf, n, "Unknown error %d", err);
	return buf;
}
weak_alias(strerror_r, __strerror_r);

int __xpg_strerror_r(int err, char *buf, size_t n)
{
	char own[32], *s = strerror_r(err, own, sizeof own);
	size_t len = strlen(s);

	if (n) {
		size_t copy = len < n ? len : n - 1;

		memcpy(buf, s, copy);
		buf[copy] = 0;
	}
	return s == own ? EINVAL : len < n ? 0 : ERANGE;
}
