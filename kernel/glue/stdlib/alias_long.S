/* Types that are long too. */
#include "../alias.h"

ALIAS(strtoll, strtol)
ALIAS(strtoimax, strtol)
ALIAS(strtoull, strtoul)
ALIAS(strtoumax, strtoul)
ALIAS(wcstoll, wcstol)
ALIAS(wcstoimax, wcstol)
ALIAS(wcstoull, wcstoul)
ALIAS(wcstoumax, wcstoul)
