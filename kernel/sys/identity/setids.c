/* setuid(2), setgid(2) and their relations. Users and groups follow the same rules. */
#include "kernel.h"
#include "permission.h"

#define KEPT	(~0u)		/* this one stays as it is */

enum which { USER, GROUP };
static const int caps[] = { CAP_SETUID, CAP_SETGID };

/* Declares I, the thread's numbers that are to be changed, and WAS, what it is. */
#define CHANGE(i, was)									\
	struct identity *me = identity_change();					\
	if (!me)									\
		return -ENOMEM;								\
	struct ids *i = which == USER ? &me->user : &me->group;				\
	struct identity was = *me

static long set_one(enum which which, u32 id)
{
	CHANGE(i, was);

	if (id == KEPT)
		return -EINVAL;
	if (capable(caps[which]))
		i->real = i->saved = id;
	else if (id != i->real && id != i->saved)
		return -EPERM;
	i->effective = i->fs = id;
	identity_changed(&was);
	return 0;
}

static long set_two(enum which which, u32 real, u32 effective)
{
	CHANGE(i, was);
	struct ids old = *i;

	if (!capable(caps[which]) && ((real != KEPT && real != old.real && real != old.effective) ||
			      (effective != KEPT && effective != old.real && effective != old.effective && effective != old.saved)))
		return -EPERM;
	if (real != KEPT)
		i->real = real;
	if (effective != KEPT)
		i->effective = effective;
	if (real != KEPT || (effective != KEPT && effective != old.real))
		i->saved = i->effective;
	i->fs = i->effective;
	identity_changed(&was);
	return 0;
}

static bool has(const struct ids *i, u32 id)
{
	return id == KEPT || id == i->real || id == i->effective || id == i->saved;
}

static long set_three(enum which which, u32 real, u32 effective, u32 saved)
{
	CHANGE(i, was);

	if (!capable(caps[which]) && !(has(i, real) && has(i, effective) && has(i, saved)))
		return -EPERM;
	if (real != KEPT)
		i->real = real;
	if (effective != KEPT)
		i->effective = effective;
	if (saved != KEPT)
		i->saved = saved;
	i->fs = i->effective;
	identity_changed(&was);
	return 0;
}

/* Tells the number before, whatever happens. */
static long set_fs(enum which which, u32 id)
{
	CHANGE(i, was);
	u32 old = i->fs;

	if (id != KEPT && (id == old || has(i, id) || capable(caps[which]))) {
		i->fs = id;
		identity_changed(&was);
	}
	return old;
}

#define KEEP_CHECKS() KEEP(permission_anchor)

long sys_setuid(u32 u) { KEEP_CHECKS(); KERNEL_LOCK(); return set_one(USER, u); }
SYSCALL(105, setuid, FULL);
long sys_setgid(u32 g) { KEEP_CHECKS(); KERNEL_LOCK(); return set_one(GROUP, g); }
SYSCALL(106, setgid, FULL);
long sys_setreuid(u32 r, u32 e) { KEEP_CHECKS(); KERNEL_LOCK(); return set_two(USER, r, e); }
SYSCALL(113, setreuid, FULL);
long sys_setregid(u32 r, u32 e) { KEEP_CHECKS(); KERNEL_LOCK(); return set_two(GROUP, r, e); }
SYSCALL(114, setregid, FULL);
long sys_setresuid(u32 r, u32 e, u32 s) { KEEP_CHECKS(); KERNEL_LOCK(); return set_three(USER, r, e, s); }
SYSCALL(117, setresuid, FULL);
long sys_setresgid(u32 r, u32 e, u32 s) { KEEP_CHECKS(); KERNEL_LOCK(); return set_three(GROUP, r, e, s); }
SYSCALL(119, setresgid, FULL);
long sys_setfsuid(u32 u) { KEEP_CHECKS(); KERNEL_LOCK(); return set_fs(USER, u); }
SYSCALL(122, setfsuid, FULL);
long sys_setfsgid(u32 g) { KEEP_CHECKS(); KERNEL_LOCK(); return set_fs(GROUP, g); }
SYSCALL(123, setfsgid, FULL);
