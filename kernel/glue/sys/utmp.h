/* glibc's record of who is logged in, which is not musl's. */
#ifndef UTMP_H
#define UTMP_H

#include <sys/types.h>

enum { RUN_LVL = 1, BOOT_TIME, NEW_TIME, OLD_TIME, INIT_PROCESS, LOGIN_PROCESS, USER_PROCESS, DEAD_PROCESS };

struct utmp {
	short ut_type;
	pid_t ut_pid;
	char ut_line[32];
	char ut_id[4];
	char ut_user[32];
	char ut_host[256];
	short ut_exit[2];
	int ut_session;
	struct { int tv_sec, tv_usec; } ut_tv;
	int ut_addr[4];
	char unused[20];
};

_Static_assert(sizeof(struct utmp) == 384, "struct utmp of x86-64");

#define UTMP_FILE "/var/run/utmp"
#define WTMP_FILE "/var/log/wtmp"

void setutent(void), endutent(void);
int getutline_r(const struct utmp *, struct utmp *, struct utmp **);
struct utmp *pututline(const struct utmp *);
int utmpname(const char *);
void updwtmp(const char *, const struct utmp *);

#endif
