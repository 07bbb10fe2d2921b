// Calls that change the machine, or what root alone may have, by a user who may not: each is refused, and nothing happens.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <shadow.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include "show.h"

extern int stime_of_old(const time_t *);
VERSION(stime_of_old, stime, GLIBC_2.2.5);

extern int plain_ntp(struct ntptimeval *) NAMED(ntp_gettime);

static void clocks(void)
{
	struct timeval past = { 1, 0 }, offset = { 0, 1 }, old;
	struct ntptimeval ntp, plain;
	time_t t = 1;

	E(settimeofday(&past, NULL)), E(stime_of_old(&t)), E(adjtime(&offset, NULL)), E(adjtime(NULL, &old));
	E(ntp_gettime(&ntp) >= 0), E(ntp.time.tv_sec > 1600000000), E(plain_ntp(&plain) >= 0), E(plain.time.tv_sec >= ntp.time.tv_sec);
}

static void names(void)
{
	E(sethostname("uk", 2)), E(sethostname("uk", -1)), E(setdomainname("uk", 2)), E(setdomainname("uk", -1)), E(sethostid(1) < 0);
}

static void identity(void)
{
	gid_t groups[2] = { 0, 1 };

	E(setgroups(2, groups)), E(initgroups("root", 0));
}

static void file_systems(void)
{
	E(mount("none", "/tmp", "tmpfs", 0, NULL)), E(umount("/")), E(umount2("/", MNT_DETACH));
	sync();
	struct file_handle h = { 0 };
	int id;
	E(name_to_handle_at(AT_FDCWD, "/proc/self", &h, &id, 0)), E(name_to_handle_at(AT_FDCWD, "/uk-none", &h, &id, 0)), E(name_to_handle_at(AT_FDCWD, "/", &h, &id, 0x10000000));
}

static void passwords(void)
{
	struct spwd s, *result;
	char b[1000];

	E(lckpwdf() < 0), E(ulckpwdf() < 0);
	E(getspent() != NULL), E(getspent_r(&s, b, sizeof(b), &result)), E(result != NULL);
}

static void limits(void)
{
	struct rlimit r, s;

	getrlimit(RLIMIT_NOFILE, &r), r.rlim_cur = 100;
	E(setrlimit(RLIMIT_NOFILE, &r)), E(getrlimit(RLIMIT_NOFILE, &s)), E(s.rlim_cur), E(s.rlim_max == r.rlim_max);
	r.rlim_cur = r.rlim_max + 1, E(setrlimit(RLIMIT_NOFILE, &r)), E(setrlimit(99, &r)), E(setrlimit(RLIMIT_NOFILE, (void *)1));
	r.rlim_cur = 50, r.rlim_max++, E(setrlimit(RLIMIT_NOFILE, &r));
}

struct header { uint32_t version; int pid; };
struct data { uint32_t effective, permitted, inheritable; };
extern int capget_(struct header *, struct data *) NAMED(capget), capset_(struct header *, const struct data *) NAMED(capset);

static void capabilities(void)
{
	struct header h = { 0x20080522, 0 };
	struct data d[2] = { { 9, 9, 9 }, { 9, 9, 9 } };

	E(capget_(&h, d)), E(d[0].effective), E(d[0].permitted), E(d[1].effective);
	d[0].permitted = 1, E(capset_(&h, d)), d[0].permitted = 0, E(capset_(&h, d));
	h.version = 5, E(capget_(&h, d)), printf("%#x\n", h.version), h.version = 5, E(capset_(&h, d));
	h.pid = -1, E(capget_(&h, d)), E(capget_((void *)1, d)), E(capset_((void *)1, d));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
		return 1;
	clocks(), names(), identity(), file_systems(), passwords(), limits(), capabilities();
	return 0;
}
