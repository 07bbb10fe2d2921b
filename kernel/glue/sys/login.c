/* Who is logged in at standard input, and what login(3) writes down. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include "utmp.h"

/* By Linux's record of the session's user: an error, or -1 where that has none to tell. */
static int by_session(char *name, size_t size)
{
	char text[12], buf[1024], *end;
	struct passwd pw, *found;
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t n;
	uid_t uid;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof text);
	close(fd);
	if (n <= 0 || n == sizeof text)
		return -1;
	text[n] = 0;
	uid = strtoul(text, &end, 10);
	if (end == text || *end)
		return -1;
	if (uid == (uid_t)-1)
		return errno = ENXIO;
	if (getpwuid_r(uid, &pw, buf, sizeof buf, &found) || !found)
		return -1;
	if (strlen(pw.pw_name) >= size)
		return errno = ERANGE;
	strcpy(name, pw.pw_name);
	return 0;
}

/* By the terminal's record. */
static int by_terminal(char *name, size_t size)
{
	struct utmp line = { 0 }, buf, *found;
	char tty[512];
	int r = ttyname_r(0, tty, sizeof tty);
	size_t n;

	if (r)
		return errno = r;
	setutent();
	strncpy(line.ut_line, tty + 5, sizeof line.ut_line);
	r = 0;
	if (getutline_r(&line, &buf, &found) < 0) {
		r = errno == ESRCH ? ENOENT : errno;
	} else {
		n = strnlen(buf.ut_user, sizeof buf.ut_user);
		if (n >= size) {
			r = ERANGE;
		} else {
			memcpy(name, buf.ut_user, n);
			name[n] = 0;
		}
	}
	endutent();
	return r ? (errno = r) : 0;
}

int getlogin_r(char *name, size_t size)
{
	int r = by_session(name, size);

	return r < 0 ? by_terminal(name, size) : r;
}

char *getlogin(void)
{
	static char name[33];

	return getlogin_r(name, sizeof name) ? 0 : name;
}

static void now(struct utmp *u)
{
	struct timeval tv;

	gettimeofday(&tv, 0);
	u->ut_tv.tv_sec = tv.tv_sec;
	u->ut_tv.tv_usec = tv.tv_usec;
}

void logwtmp(const char *line, const char *name, const char *host)
{
	struct utmp u = { .ut_pid = getpid(), .ut_type = *name ? USER_PROCESS : DEAD_PROCESS };

	strncpy(u.ut_line, line, sizeof u.ut_line);
	strncpy(u.ut_user, name, sizeof u.ut_user);
	strncpy(u.ut_host, host, sizeof u.ut_host);
	now(&u);
	updwtmp(WTMP_FILE, &u);
}

int logout(const char *line)
{
	struct utmp what = { .ut_type = USER_PROCESS }, u, *found;
	int r = 0;

	utmpname(UTMP_FILE);
	setutent();
	strncpy(what.ut_line, line, sizeof what.ut_line);
	if (getutline_r(&what, &u, &found) >= 0) {
		memset(u.ut_user, 0, sizeof u.ut_user);
		memset(u.ut_host, 0, sizeof u.ut_host);
		now(&u);
		u.ut_type = DEAD_PROCESS;
		r = pututline(&u) != 0;
	}
	endutent();
	return r;
}

void login(const struct utmp *given)
{
	struct utmp u = *given;
	char tty[512];

	u.ut_type = USER_PROCESS;
	u.ut_pid = getpid();
	if (ttyname_r(0, tty, sizeof tty) && ttyname_r(1, tty, sizeof tty) && ttyname_r(2, tty, sizeof tty)) {
		strncpy(u.ut_line, "???", sizeof u.ut_line);
	} else {
		strncpy(u.ut_line, tty + 5, sizeof u.ut_line);
		utmpname(UTMP_FILE);
		setutent();
		pututline(&u);
		endutent();
	}
	updwtmp(WTMP_FILE, &u);
}

void getutmp(const struct utmp *x, struct utmp *u) { *u = *x; }
void getutmpx(const struct utmp *u, struct utmp *x) { *x = *u; }
