/* Number parsing under old BSD and C23 names. */
#include "../alias.h"

ALIAS(strtoq, strtoll)
ALIAS(strtouq, strtoull)
ALIAS(wcstoq, wcstoll)
ALIAS(wcstouq, wcstoull)
ALIAS(__strtod_internal, strtod)
ALIAS(__strtof_internal, strtof)
ALIAS(__strtold_internal, strtold)
ALIAS(__wcstod_internal, wcstod)
ALIAS(__wcstof_internal, wcstof)
ALIAS(__wcstold_internal, wcstold)
ALIAS(__wcstol_internal, wcstol)
ALIAS(__wcstoul_internal, wcstoul)
ALIAS(__wcstoll_internal, wcstoll)
ALIAS(__wcstoull_internal, wcstoull)
