/* What old headers made of strtol(): a fourth argument that is not used. */
#include "../alias.h"

ALIAS(__strtol_internal, strtol)
ALIAS(__strtoul_internal, strtoul)
ALIAS(__strtoll_internal, strtoll)
ALIAS(__strtoull_internal, strtoull)
ALIAS(__strtoimax_internal, strtoimax)
ALIAS(__strtoumax_internal, strtoumax)
