#include <string.h>
#include "vec.h"
#include "set.h"

hidden size_t VARIANT(strspn)(const char *s, const char *set)
{
	return span(s, set, 1);
}

CHOOSE(size_t, strspn, (const char *s, const char *set), (s, set))
