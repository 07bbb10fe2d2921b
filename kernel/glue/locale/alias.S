/* Functions for a locale under glibc's internal names. */
#include "../alias.h"

ALIAS(__strftime_l, strftime_l)
ALIAS(__strfmon_l, strfmon_l)
ALIAS(__dcgettext, dcgettext)
ALIAS(__dgettext, dgettext)
