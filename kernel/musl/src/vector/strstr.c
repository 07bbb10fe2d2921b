#include <string.h>

const char uk_fast_strstr[1];

/* By memmem(), in pieces that grow: what is found early is found without a look at the rest. */
char *strstr(const char *h, const char *needle)
{
	size_t len = strlen(needle), piece = 256, n;

	if (len < 2)
		return len ? strchr(h, *needle) : (char *)h;
	for (;; h += n - len + 1) {
		n = strnlen(h, len + piece);

		char *found = memmem(h, n, needle, len);

		if (found || n < len + piece)
			return found;
		if (piece < 1 << 16)
			piece *= 2;
	}
}
