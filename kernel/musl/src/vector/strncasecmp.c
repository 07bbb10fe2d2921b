#include <strings.h>
#include "vec.h"
#include "compare.h"

hidden int VARIANT(strncasecmp)(const char *a, const char *b, size_t n)
{
	return compare(a, b, n, 1);
}

CHOOSE(int, strncasecmp, (const char *a, const char *b, size_t n), (a, b, n))
