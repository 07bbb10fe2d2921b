#include <string.h>
#include "vec.h"
#include "compare.h"

hidden int VARIANT(strcmp)(const char *a, const char *b)
{
	return compare(a, b, SIZE_MAX, 0);
}

CHOOSE(int, strcmp, (const char *a, const char *b), (a, b))
