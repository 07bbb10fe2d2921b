/* Odds and ends that only glibc has. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../glue.h"

/* Days of YEAR. */
int dysize(int year)
{
	return year % 4 || !(year % 100) && year % 400 ? 365 : 366;
}

/* 1: yes, 0: no, -1: neither, in the languages we have. */
int rpmatch(const char *answer)
{
	return *answer == 'y' || *answer == 'Y' ? 1 : *answer == 'n' || *answer == 'N' ? 0 : -1;
}

int timespec_getres(struct timespec *ts, int base)
{
	return base == TIME_UTC && !clock_getres(CLOCK_REALTIME, ts) ? base : 0;
}

int group_member(gid_t gid)
{
	gid_t list[32];
	int n = getgroups(32, list);

	while (n-- > 0)
		if (list[n] == gid)
			return 1;
	return 0;
}

int getpw(uid_t uid, char *buf)
{
	struct passwd *p = getpwuid(uid);

	if (!p)
		return -1;
	return sprintf(buf, "%s:%s:%u:%u:%s:%s:%s", p->pw_name, p->pw_passwd, p->pw_uid, p->pw_gid, p->pw_gecos,
		p->pw_dir, p->pw_shell) < 0 ? -1 : 0;
}

char *tmpnam_r(char *s)
{
	return s ? tmpnam(s) : 0;
}

char *strfry(char *s)
{
	size_t n = strlen(s);

	for (size_t i = n; i > 1; i--) {
		size_t j = rand() % i;
		char c = s[i - 1];

		s[i - 1] = s[j];
		s[j] = c;
	}
	return s;
}

/* File flags, revoking and consoles of other systems: glibc answers so on Linux too. */
int chflags(const char *path, unsigned long flags) { errno = ENOSYS; return -1; }
int fchflags(int fd, unsigned long flags) { errno = ENOSYS; return -1; }
int revoke(const char *path) { errno = ENOSYS; return -1; }
int setlogin(const char *name) { errno = ENOSYS; return -1; }
