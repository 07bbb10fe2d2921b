/* The symbolic name of an error. */
#include <errno.h>
#include <stddef.h>

const char *strerrorname_np(int err)
{
	switch (err) {
#define E(n, s) case n: return #n;
#include "errno_table.h"
#undef E
	}
	return 0;
}
