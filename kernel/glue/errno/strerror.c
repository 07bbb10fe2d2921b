/* strerror() with glibc's texts, which programs' output shows. Also behind perror() and printf's %m. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#define strerror_r posix_strerror_r	/* the declaration of musl's */
#include <string.h>
#undef strerror_r
#include "../glue.h"

#define JOIN(a, b) a##b
#define MEMBER(line) JOIN(text, line)

static const struct texts {
#define E(n, s) char MEMBER(__LINE__)[sizeof s];
#include "errno_table.h"
#undef E
} texts = {
#define E(n, s) s,
#include "errno_table.h"
#undef E
};

static const uint16_t place[] = {
#define E(n, s) [n] = offsetof(struct texts, MEMBER(__LINE__)) + 1,
#include "errno_table.h"
#undef E
};

/* The text of error ERR, or NULL where there is none. */
const char *strerrordesc_np(int err)
{
	if ((unsigned)err >= sizeof place / sizeof *place || !place[err])
		return 0;
	return (const char *)&texts + place[err] - 1;
}

char *strerror(int err)
{
	static __thread char unknown[sizeof "Unknown error -2147483648"];
	const char *s = strerrordesc_np(err);

	if (s)
		return (char *)s;
	snprintf(unknown, sizeof unknown, "Unknown error %d", err);
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
