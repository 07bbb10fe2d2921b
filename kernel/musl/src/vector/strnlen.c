#include <string.h>

const char uk_fast_strnlen[1];

size_t strnlen(const char *s, size_t n)
{
	const char *end = memchr(s, 0, n);

	return end ? end - s : n;
}
