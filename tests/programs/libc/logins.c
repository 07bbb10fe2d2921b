/* Records of who is logged in, in a file of the program's own, and who is at a standard input that is no terminal. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

#define FILE_NAME "/tmp/uk-utmp"

static struct utmp record(int type, const char *line, const char *id, const char *user)
{
	struct utmp u = { .ut_type = type, .ut_pid = 42, .ut_tv = { 1000000, 5 }, .ut_session = 7, .ut_exit = { 1, 2 }, .ut_addr_v6 = { 1, 2, 3, 4 } };

	strncpy(u.ut_line, line, sizeof u.ut_line);
	strncpy(u.ut_id, id, sizeof u.ut_id);
	strncpy(u.ut_user, user, sizeof u.ut_user);
	strncpy(u.ut_host, "somewhere", sizeof u.ut_host);
	return u;
}

static void show(const char *what, const struct utmp *u)
{
	if (u)
		printf("%s: %d %.32s %.4s %.32s %.256s %d %d %d\n", what, u->ut_type, u->ut_line, u->ut_id, u->ut_user, u->ut_host, u->ut_session, (int)u->ut_tv.tv_sec, u->ut_addr_v6[3]);
	else
		printf("%s: none, %d\n", what, errno);
	errno = 0;
}

static void all(const char *what)
{
	struct utmp *u;

	printf("%s\n", what);
	setutent();
	while ((u = getutent()))
		show("  ", u);
	endutent();
}

static void put(int type, const char *line, const char *id, const char *user)
{
	struct utmp u = record(type, line, id, user);

	printf("put %d\n", pututline(&u) != NULL);
}

static void searches(void)
{
	struct utmp what = record(USER_PROCESS, "pts/1", "", ""), buf, *r;

	setutent();
	show("line", getutline(&what));
	show("line again", getutline(&what));
	setutent();
	what.ut_type = BOOT_TIME;
	show("boot", getutid(&what));
	what = record(LOGIN_PROCESS, "tty2", "t2", "");
	show("id", getutid(&what));
	show("next", getutent());
	what.ut_type = EMPTY;
	show("no type", getutid(&what));
	setutent();
	what = record(DEAD_PROCESS, "pts/1", "", "");
	printf("%d", getutid_r(&what, &buf, &r));
	show(" by line", r);
	printf("%d", getutent_r(&buf, &r));
	show(" next", r);
	printf("%d", getutline_r(&what, &buf, &r));
	show(" line", r);
	setutxent();
	show("x", (struct utmp *)getutxent());
	endutxent();
}

int main(void)
{
	struct utmp u = record(USER_PROCESS, "pts/9", "p9", "grace");
	char name[40] = "unchanged";
	FILE *f;

	unlink(FILE_NAME);
	printf("%d\n", utmpname(FILE_NAME));
	errno = 0;
	show("no file", getutent());
	put(USER_PROCESS, "pts/0", "p0", "nobody");
	fclose(fopen(FILE_NAME, "w"));
	put(BOOT_TIME, "~", "~~", "reboot");
	put(LOGIN_PROCESS, "tty1", "t1", "LOGIN");
	put(LOGIN_PROCESS, "tty2", "t2", "LOGIN");
	put(USER_PROCESS, "pts/1", "p1", "ada");
	put(USER_PROCESS, "tty2", "t2", "alan");
	put(BOOT_TIME, "~", "~~", "again");
	put(DEAD_PROCESS, "pts/1", "", "");
	all("written");
	searches();
	updwtmp(FILE_NAME, &u);
	updwtmpx("/nonexistent/x", (struct utmpx *)&u);
	f = fopen(FILE_NAME, "a");
	fputs("half a record", f);
	fclose(f);
	all("half");
	put(USER_PROCESS, "pts/5", "p5", "behind");
	all("mended");
	printf("%d %d\n", utmpxname("/nonexistent"), utmpname(FILE_NAME));
	all("named again");
	struct utmpx x;
	getutmpx(&u, &x);
	getutmp(&x, &u);
	setutxent();
	show("x put", (struct utmp *)pututxline(&x));
	setutxent();
	show("x id", (struct utmp *)getutxid(&x));
	setutxent();
	show("x line", (struct utmp *)getutxline(&x));
	endutxent();
	unlink(FILE_NAME);
	errno = 0;
	printf("%s\n", getlogin() ? "somebody" : "nobody");
	printf("%d %s\n", getlogin_r(name, sizeof name) != 0, name);
	return 0;
}
