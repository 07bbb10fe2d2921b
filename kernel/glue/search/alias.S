/* Search trees under glibc's internal names. */
#include "../alias.h"

ALIAS(__tdelete, tdelete)
ALIAS(__tfind, tfind)
ALIAS(__tsearch, tsearch)
ALIAS(__twalk, twalk)
ALIAS(twalk_r, __uk_twalk_r)
ALIAS(__twalk_r, __uk_twalk_r)
