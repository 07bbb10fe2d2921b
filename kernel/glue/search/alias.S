/* Search trees under glibc's internal names; glob() with 64-bit offsets. */
#include "../alias.h"

ALIAS(__tdelete, tdelete)
ALIAS(__tfind, tfind)
ALIAS(__tsearch, tsearch)
ALIAS(__twalk, twalk)
ALIAS(twalk_r, __uk_twalk_r)
ALIAS(__twalk_r, __uk_twalk_r)
ALIAS(glob64, glob)
ALIAS(globfree64, globfree)
