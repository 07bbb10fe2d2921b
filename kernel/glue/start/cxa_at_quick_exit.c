/* What at_quick_exit() of a glibc program calls; its handlers take an unused argument. */
#include <stdlib.h>

int __cxa_at_quick_exit(void (*fn)(void *), void *dso)
{
	return at_quick_exit((void (*)(void))fn);
}
