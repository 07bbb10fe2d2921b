/* The word of an fd_set that holds descriptor FD. */
#include "../glue.h"

long __fdelt_chk(long fd)
{
	if (fd < 0 || fd >= 1024)
		__chk_fail();
	return fd / 64;
}
weak_alias(__fdelt_chk, __fdelt_warn);
