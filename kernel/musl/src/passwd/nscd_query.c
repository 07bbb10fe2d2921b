/* Nobody but the program runs here: there is no daemon that keeps names, and nothing that asks for one. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "stdio_impl.h"

static int done(FILE *f)
{
	return 0;
}

FILE *__nscd_query(int32_t req, const char *key, int32_t *buf, size_t len, int *swap)
{
	static FILE answer = { .flags = F_PERM | F_EOF, .fd = -1, .lock = -1, .close = done };

	memset(buf, 0, len);	/* not found, for which glibc has 0 */
	errno = 0;
	*swap = 0;
	return &answer;
}
