#include <string.h>
#include "vec.h"
#include "compare.h"

hidden int VARIANT(strncmp)(const char *a, const char *b, size_t n)
{
	return compare(a, b, n, 0);
}

CHOOSE(int, strncmp, (const char *a, const char *b, size_t n), (a, b, n))
