/* Number parsing under old BSD and C23 names. */
#include "../alias.h"

ALIAS(strtoq, strtoll)
ALIAS(strtouq, strtoull)
ALIAS(wcstoq, wcstoll)
ALIAS(wcstouq, wcstoull)
