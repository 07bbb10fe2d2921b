/* MB_CUR_MAX of programs compiled against glibc: its UTF-8 may take six bytes. */
#include "locale_object.h"

size_t __ctype_get_mb_cur_max(void)
{
	return CURRENT_UTF8 ? 6 : 1;
}
