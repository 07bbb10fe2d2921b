/* _r_debug: the list of modules as debuggers know it (SVR4, glibc <link.h>). */
#include "dynlink.h"

EXPORT struct r_debug {
	int version;
	struct link_map *map;
	u64 brk;
	int state;	/* 0: consistent */
	u64 ldbase;
} _r_debug;

static void changed(void)
{
	__asm__ volatile("");
}

void debug_publish(void)
{
	_r_debug = (struct r_debug){ 1, &modules->map, (u64)changed, 0, 0 };
	changed();
}
