/* Who a thread is (credentials(7), capabilities(7)). As on Linux each has an identity of its own; it is the C library that
 * changes all of them at once, as POSIX has it. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "thread.h"
#include "types.h"

#define NGROUPS_MAX	65536

struct ids { u32 real, effective, saved, fs; };

struct identity {
	struct ids user, group;
	u32 *groups;			/* sorted */
	u32 group_count;
	u32 securebits;
	u64 permitted, in_effect, inheritable, bounding, ambient;	/* capabilities */
	bool no_new_privs;
	bool dumpable;			/* of the process: identity_first has it */
};
extern struct identity identity_first;	/* core/process/identity.c: of threads that have not changed theirs */

static inline struct identity *identity_of(const struct thread *t)
{
	return t->identity ? t->identity : &identity_first;
}
static inline struct identity *identity(void) { return identity_of(current()); }

/* sys/identity/change.c: the thread's identity, to be changed; NULL: no memory. */
struct identity *identity_change(void);

#define CAP_CHOWN		0
#define CAP_DAC_OVERRIDE	1
#define CAP_DAC_READ_SEARCH	2
#define CAP_FOWNER		3
#define CAP_FSETID		4
#define CAP_KILL		5
#define CAP_SETGID		6
#define CAP_SETUID		7
#define CAP_SETPCAP		8
#define CAP_LINUX_IMMUTABLE	9
#define CAP_IPC_LOCK		14
#define CAP_IPC_OWNER		15
#define CAP_SYS_CHROOT		18
#define CAP_SYS_ADMIN		21
#define CAP_IPC_LOCK		14
#define CAP_SYS_NICE		23
#define CAP_SYS_RESOURCE	24
#define CAP_SYS_TIME		25
#define CAP_MKNOD		27
#define CAP_MAC_OVERRIDE	32
#define CAP_LAST		40
#define CAP_BIT(cap)		(1UL << (cap))
#define CAP_ALL			(CAP_BIT(CAP_LAST + 1) - 1)

#define SECURE_NO_SETUID_FIXUP	4
#define SECURE_KEEP_CAPS	16

/* sys/identity/permission.c. */
bool in_group(u32 gid);
/* Capabilities follow what changed since WAS (capabilities(7), "Effect of user ID changes on capabilities"). */
void identity_changed(const struct identity *was);

#endif
