#include <strings.h>
#include "vec.h"
#include "compare.h"

hidden int VARIANT(strcasecmp)(const char *a, const char *b)
{
	return compare(a, b, SIZE_MAX, 1);
}

CHOOSE(int, strcasecmp, (const char *a, const char *b), (a, b))
