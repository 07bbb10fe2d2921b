// What root may change of a machine. On a host no test may do so: what the texts of Linux and glibc say is in a file.
#define _GNU_SOURCE
#include <grp.h>
#include <shadow.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include "show.h"

static void file_systems(void)
{
	E(umount("/etc")), E(umount2("/etc", 0x100)), E(umount("/uk-none")), E(umount((char *)1));
	E(mount("none", "/tmp", "uk-none", 0, NULL)), E(mount("none", "/uk-none", "iso9660", 0, NULL)), E(mount(NULL, (char *)1, NULL, 0, NULL));
}

static void names(void)
{
	char b[65] = "";

	E(sethostname("uk-names", 8)), E(gethostname(b, sizeof(b))), T(b), E(sethostname("uk", 65)), E(sethostname((char *)1, 5));
	E(setdomainname("vm.example", 10)), E(getdomainname(b, sizeof(b))), T(b);
	E(gethostid()), E(sethostid(0x12345678)), printf("%#lx\n", gethostid());
}

static void logins(void)
{
	struct utmp u = { .ut_line = "pts/7", .ut_id = "ts/7", .ut_user = "ada" }, *r;

	fclose(fopen("/tmp/utmp", "w")), fclose(fopen("/tmp/wtmp", "w"));
	login(&u), logwtmp("pts/8", "alan", "far"), logwtmp("pts/8", "", "");
	utmpname("/tmp/wtmp");
	for (setutent(); (r = getutent()); )
		printf("%d %.32s %.32s %.256s %d %d\n", r->ut_type, r->ut_line, r->ut_user, r->ut_host, r->ut_pid == getpid(), r->ut_tv.tv_sec != 0);
	printf("%d", logout("pts/7"));
	utmpname("/var/run/utmp"), setutent(), u.ut_type = USER_PROCESS, pututline(&u), endutent();
	printf(" %d", logout("pts/7"));
	setutent(), r = getutent();
	printf(" %d %.32s [%.32s] %d\n", r->ut_type, r->ut_line, r->ut_user, r->ut_tv.tv_sec != 0);
	endutent();
}

static void clocks(void)
{
	struct timeval t = { 1700000000, 5 }, now;

	E(settimeofday(&t, NULL)), gettimeofday(&now, NULL), E(now.tv_sec - t.tv_sec < 5), t.tv_usec = 1000000, E(settimeofday(&t, NULL));
}

static void identity(void)
{
	gid_t groups[3] = { 5, 6 };

	E(setgroups(2, groups)), E(getgroups(3, groups)), E(groups[1]), E(setgroups(-1, groups)), E(initgroups("uk-none", 7)), E(getgroups(3, groups)), E(groups[0]);
	// Of /etc in the image, these two are links to /tmp.
	E(lckpwdf()), E(lckpwdf()), E(ulckpwdf()), E(ulckpwdf()), E(lckpwdf()), E(access("/etc/.pwd.lock", F_OK));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	file_systems(), names(), clocks(), identity(), logins();
	return 0;
}
