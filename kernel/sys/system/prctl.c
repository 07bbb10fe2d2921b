/* prctl(2): a table of what Linux's x86-64 has, without seccomp, memory maps and speculation. */
#include "kernel.h"
#include "permission.h"
#include "process.h"

#define PR_SET_MM		35
#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE 3
#define PR_SET_DUMPABLE 4
#define PR_GET_KEEPCAPS 7
#define PR_SET_KEEPCAPS 8
#define PR_GET_TIMING 13
#define PR_SET_TIMING 14
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_GET_SECCOMP 21
#define PR_CAPBSET_READ 23
#define PR_CAPBSET_DROP 24
#define PR_GET_TSC 25
#define PR_SET_TSC 26
#define PR_GET_SECUREBITS 27
#define PR_SET_SECUREBITS 28
#define PR_SET_TIMERSLACK 29
#define PR_GET_TIMERSLACK 30
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37
#define PR_SET_NO_NEW_PRIVS 38
#define PR_GET_NO_NEW_PRIVS 39
#define PR_GET_TID_ADDRESS 40
#define PR_SET_THP_DISABLE 41
#define PR_GET_THP_DISABLE 42
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_IS_SET 1
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_LOWER 3
#define PR_CAP_AMBIENT_CLEAR_ALL 4

#define TSC_ENABLE		1
#define NSIG			64

static int parent_death_signal;		/* there is no parent that could end */
static int subreaper;

static long put(int *user, int value)
{
	CHECK_WRITE(user, sizeof(*user));
	*user = value;
	return 0;
}

static long name_set(const char *user)
{
	long n = user_strlen(user, 16);

	if (n == -EFAULT)
		return n;
	ksnprintf(current()->name, 16, "%.*s", 15, user);
	return 0;
}

static long name_get(char *user)
{
	CHECK_WRITE(user, 16);
	memcpy(user, current()->name, 16);
	return 0;
}

/* Declares ME: the thread's identity, which is to change. */
#define CHANGE(me)						\
	struct identity *me = identity_change();		\
	if (!me)						\
		return -ENOMEM

static long keep_caps(bool keep)
{
	CHANGE(me);
	me->securebits = keep ? me->securebits | SECURE_KEEP_CAPS : me->securebits & ~SECURE_KEEP_CAPS;
	return 0;
}

static long no_new_privs(void)
{
	CHANGE(me);
	me->no_new_privs = true;
	return 0;
}

static long bounding_drop(u64 cap)
{
	if (!capable(CAP_SETPCAP))
		return -EPERM;
	if (cap > CAP_LAST)
		return -EINVAL;
	CHANGE(me);
	me->bounding &= ~CAP_BIT(cap);
	return 0;
}

/* A lock, the bit above what it locks, stays; and what is locked stays too. */
static long securebits_set(u64 bits)
{
	const u32 all = 0xff, locks = 0xaa;
	u32 locked = (identity()->securebits & locks) >> 1 | (identity()->securebits & locks);

	if (bits & ~(u64)all || (bits ^ identity()->securebits) & locked || !capable(CAP_SETPCAP))
		return -EPERM;
	CHANGE(me);
	me->securebits = bits;
	return 0;
}

static long ambient(u64 op, u64 cap, u64 c, u64 d)
{
	if (op == PR_CAP_AMBIENT_CLEAR_ALL) {
		if (cap | c | d)
			return -EINVAL;
		CHANGE(me);
		me->ambient = 0;
		return 0;
	}
	if (c | d || cap > CAP_LAST || op < PR_CAP_AMBIENT_IS_SET || op > PR_CAP_AMBIENT_CLEAR_ALL)
		return -EINVAL;
	if (op == PR_CAP_AMBIENT_IS_SET)
		return identity()->ambient >> cap & 1;
	if (op == PR_CAP_AMBIENT_LOWER) {
		CHANGE(me);
		me->ambient &= ~CAP_BIT(cap);
		return 0;
	}
	if (!(identity()->permitted & identity()->inheritable & CAP_BIT(cap)))
		return -EPERM;
	CHANGE(me);
	me->ambient |= CAP_BIT(cap);
	return 0;
}

static long identity_option(int op, u64 a, u64 b, u64 c, u64 d)
{
	switch (op) {
	case PR_GET_DUMPABLE:
		return identity_first.dumpable;
	case PR_SET_DUMPABLE:
		if (a > 1)
			return -EINVAL;
		identity_first.dumpable = a;
		return 0;
	case PR_GET_KEEPCAPS:
		return !!(identity()->securebits & SECURE_KEEP_CAPS);
	case PR_SET_KEEPCAPS:
		if (a > 1)
			return -EINVAL;
		return keep_caps(a);
	case PR_CAPBSET_READ:
		return a > CAP_LAST ? -EINVAL : (long)(identity()->bounding >> a & 1);
	case PR_CAPBSET_DROP:
		return bounding_drop(a);
	case PR_GET_SECUREBITS:
		return identity()->securebits;
	case PR_SET_SECUREBITS:
		return securebits_set(a);
	case PR_SET_NO_NEW_PRIVS:
		if (a != 1 || b | c | d)
			return -EINVAL;
		return no_new_privs();
	case PR_GET_NO_NEW_PRIVS:
		return a | b | c | d ? -EINVAL : identity()->no_new_privs;
	case PR_CAP_AMBIENT:
		return ambient(a, b, c, d);
	}
	return -EINVAL;
}

long prctl_options(int op, u64 a, u64 b, u64 c, u64 d)
{
	KERNEL_LOCK();
	switch (op) {
	case PR_SET_NAME:
		return name_set((char *)a);
	case PR_GET_NAME:
		return name_get((char *)a);
	case PR_SET_PDEATHSIG:
		if (a > NSIG)
			return -EINVAL;
		parent_death_signal = a;
		return 0;
	case PR_GET_PDEATHSIG:
		return put((int *)a, parent_death_signal);
	case PR_GET_TIMING:
	case PR_GET_SECCOMP:
		return 0;
	case PR_SET_TIMING:
		return a ? -EINVAL : 0;
	case PR_GET_TSC:
		return put((int *)a, TSC_ENABLE);
	case PR_SET_TSC:	/* RDTSC cannot be forbidden */
		return a == TSC_ENABLE ? 0 : -EINVAL;
	case PR_GET_TIMERSLACK:
		return timer_slack;
	case PR_SET_TIMERSLACK:
		timer_slack = (s64)a > 0 ? a : TIMERSLACK_DEFAULT;
		return 0;
	case PR_SET_CHILD_SUBREAPER:
		subreaper = !!a;
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		return put((int *)a, subreaper);
	case PR_GET_TID_ADDRESS:
		CHECK_WRITE((void *)a, 8);
		*(int **)a = current()->clear_tid;
		return 0;
	case PR_SET_MM:
		return capable(CAP_SYS_RESOURCE) ? -EINVAL : -EPERM;
	case PR_GET_THP_DISABLE:
	case PR_SET_THP_DISABLE:	/* large pages are used where they fit */
		return a | b | c | d ? -EINVAL : 0;
	}
	return identity_option(op, a, b, c, d);
}

/* The C library's calls come here. */
long sys_prctl(int op, u64 a, u64 b, u64 c, u64 d)
{
	return prctl_options(op, a, b, c, d);
}
