/* Strings under glibc's internal names. */
#include "../alias.h"

ALIAS(__strdup, strdup)
ALIAS(__strndup, strndup)
ALIAS(__strtok_r, strtok_r)
ALIAS(__stpcpy, stpcpy)
ALIAS(__stpncpy, stpncpy)
ALIAS(__mempcpy, mempcpy)
ALIAS(__rawmemchr, rawmemchr)
ALIAS(__bzero, bzero)
ALIAS(__ffs, ffs)
ALIAS(__strcasecmp, strcasecmp)
ALIAS(__strcasestr, strcasestr)
ALIAS(__strverscmp, strverscmp)
ALIAS(__memcmpeq, memcmp)
ALIAS(__strsep_g, strsep)
