/* musl's answers AT_SECURE from what __init_libc() would have found out; here it is in the vector only. */
#include <errno.h>
#include <sys/auxv.h>
#include "libc.h"

unsigned long __getauxval(unsigned long item)
{
	for (size_t *v = libc.auxv; *v; v += 2)
		if (*v == item)
			return v[1];
	errno = ENOENT;
	return 0;
}

weak_alias(__getauxval, getauxval);
