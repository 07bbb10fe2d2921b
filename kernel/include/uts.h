/* What uname(2) tells (sys/system/uname.c). */
#ifndef UTS_H
#define UTS_H

#include "thread.h"

#define UTS_FIELD	65
enum { UTS_HOSTNAME = 1, UTS_DOMAINNAME = 5 };	/* the fields that can change */

struct utsname { char field[6][UTS_FIELD]; };
void uts_get(struct utsname *u);	/* kernel lock held */
long uts_set(unsigned field, const char *name, int len);	/* 0 or -errno */
void uts_changed(unsigned field);	/* fs/uts_changes.c, in kernels with files that tell of it */

/* How often the host's name changed, and the domain's; who waits for that. */
extern u64 uts_changes[2];
extern struct waitq uts_waiters[2];

#endif
