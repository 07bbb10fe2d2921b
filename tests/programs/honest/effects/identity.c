/* Who a process is: its identities, rights, group and session. The calls themselves change one thread's identities. */
#include "effects.h"
#include <linux/capability.h>
#include <sys/fsuid.h>

static bool uids(unsigned r, unsigned e, unsigned s)
{
	unsigned a, b, c;

	return !C(getresuid, &a, &b, &c) && a == r && b == e && c == s;
}

static bool gids(unsigned r, unsigned e, unsigned s)
{
	unsigned a, b, c;

	return !C(getresgid, &a, &b, &c) && a == r && b == e && c == s;
}

/* Root's right to what is another's has gone with the identity. */
static bool is_nobody_here(void)
{
	return open("roots", O_RDONLY) < 0 && errno == EACCES;
}

#define IN_THREAD(name, now) \
	static void *do_##name(void *p) { (void)p; return (void *)(long)(now); } \
	ROOT_EFFECT(name) { close(open("roots", O_CREAT | O_WRONLY, 0600)); chmod(".", 0755); return in_thread(do_##name); }

IN_THREAD(setuid, !C(setuid, 11) && uids(11, 11, 11) && is_nobody_here() && C(setuid, 0) < 0)
IN_THREAD(setgid, !C(setgid, 12) && gids(12, 12, 12))
IN_THREAD(setreuid, !C(setreuid, 11, 13) && uids(11, 13, 13) && is_nobody_here())
IN_THREAD(setregid, !C(setregid, 11, 13) && gids(11, 13, 13))
IN_THREAD(setresuid, !C(setresuid, 11, 12, 13) && uids(11, 12, 13) && is_nobody_here())
IN_THREAD(setresgid, !C(setresgid, 11, 12, 13) && gids(11, 12, 13))

static bool made_by(const char *path, uid_t uid, gid_t gid)
{
	struct stat st;

	close(open(path, O_CREAT | O_WRONLY, 0600));
	return !stat(path, &st) && st.st_uid == uid && st.st_gid == gid;
}

IN_THREAD(setfsuid, !C(setfsuid, 11) && C(setfsuid, -1) == 11 && is_nobody_here() && uids(0, 0, 0))
IN_THREAD(setfsgid, !C(setfsgid, 12) && C(setfsgid, -1) == 12 && made_by("g12", 0, 12) && gids(0, 0, 0))

static bool groups(void)
{
	gid_t set[2] = { 21, 22 }, got[4];

	return !C(setgroups, 2, set) && C(getgroups, 4, got) == 2 && got[0] == 21 && got[1] == 22 &&
	       chown("grouped", 0, 22) == 0 && chmod("grouped", 0040) == 0 && !C(setuid, 11) && open("grouped", O_RDONLY) >= 0 && open("grouped", O_WRONLY) < 0;
}

static void *do_setgroups(void *p)
{
	(void)p;
	close(open("grouped", O_CREAT | O_WRONLY, 0600));
	return (void *)(long)groups();
}

ROOT_EFFECT(setgroups) { chmod(".", 0755); return in_thread(do_setgroups); }

static bool without_rights(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };
	char status[64];

	snprintf(status, sizeof status, "/proc/self/task/%d/status", gettid());
	return !C(capset, &h, none) && !field(status, "CapEff") && chown("roots", 11, 11) < 0 && errno == EPERM;
}

IN_THREAD(capset, without_rights())

EFFECT(setsid) { return C(setsid) < 0 ? errno == EPERM && getpgrp() == getpid() : getsid(0) == getpid() && getpgrp() == getpid(); }
/* Behind setsid(): a leader stays. */
EFFECT(setpgid) { return C(setpgid, 0, 0) ? errno == EPERM && getsid(0) == getpid() : getpgrp() == getpid(); }

GUEST_EFFECT(sethostname) { char b[65], old[65]; return !gethostname(old, 65) && !C(sethostname, "other", 5) && !gethostname(b, 65) && !strcmp(b, "other") && holds("/proc/sys/kernel/hostname", "other\n") && !sethostname(old, strlen(old)); }
GUEST_EFFECT(setdomainname) { char b[65], old[65]; return !getdomainname(old, 65) && !C(setdomainname, "other", 5) && !getdomainname(b, 65) && !strcmp(b, "other") && !setdomainname(old, strlen(old)); }

NONE(getpid, "only reads");
NONE(getppid, "only reads");
NONE(gettid, "only reads");
NONE(getpgrp, "only reads");
NONE(getpgid, "only reads");
NONE(getsid, "only reads");
NONE(getuid, "only reads");
NONE(getgid, "only reads");
NONE(geteuid, "only reads");
NONE(getegid, "only reads");
NONE(getresuid, "only reads");
NONE(getresgid, "only reads");
NONE(getgroups, "only reads");
NONE(getrlimit, "only reads");
NONE(capget, "only reads");
NONE(uname, "only reads");
NONE(getpriority, "only reads");
NONE(ioprio_get, "only reads");
NONE(getcpu, "only reads");
NONE(wait4, "there are no children: only its errors can be seen");
