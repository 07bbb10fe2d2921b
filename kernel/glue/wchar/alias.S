/* Wide and multibyte characters under glibc's internal names. */
#include "../alias.h"

ALIAS(__mbrlen, mbrlen)
ALIAS(__mbrtowc, mbrtowc)
ALIAS(__iswctype, iswctype)
ALIAS(__towctrans, towctrans)
ALIAS(__wcscasecmp_l, wcscasecmp_l)
ALIAS(__wcsncasecmp_l, wcsncasecmp_l)
