/*
 * Who is logged in: the records of /var/run/utmp and of the files that are named instead, as glibc reads
 * and writes them. A position of -1 says that the file ended within a record.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "utmp.h"

static const char *name = UTMP_FILE;
static int fd = -1, writable;
static off_t position;
static struct utmp last;	/* the record before the position */

static int locked(int file, int type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(file, F_SETLKW, &l);
}

static int opened(int flags)
{
	int f = open(name, flags | O_CLOEXEC);

	if (f < 0)
		return -1;
	if (fd >= 0)
		close(fd);
	fd = f;
	writable = flags == O_RDWR;
	return 0;
}

void endutent(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
}

void setutent(void)
{
	position = 0;
	memset(&last, 0, sizeof last);
	if (fd < 0)
		opened(O_RDONLY);
}

static int ready(void)
{
	if (fd < 0)
		setutent();
	return fd >= 0 && position >= 0;
}

/* The next record, under a lock that the caller holds: 1, or 0 at the end. */
static int next(void)
{
	ssize_t n = pread(fd, &last, sizeof last, position);

	if (n == sizeof last) {
		position += n;
		return 1;
	}
	if (n)
		position = -1;
	memset(&last, 0, sizeof last);
	return 0;
}

static int process(int type) { return type >= INIT_PROCESS && type <= DEAD_PROCESS; }
static int event(int type) { return type >= RUN_LVL && type <= OLD_TIME; }

static int same(const struct utmp *id)
{
	if (event(id->ut_type))
		return last.ut_type == id->ut_type;
	if (!process(id->ut_type) || !process(last.ut_type))
		return 0;
	if (*id->ut_id && *last.ut_id)
		return !strncmp(id->ut_id, last.ut_id, sizeof last.ut_id);
	return !strncmp(id->ut_line, last.ut_line, sizeof last.ut_line);
}

static int same_line(const struct utmp *line)
{
	return (last.ut_type == USER_PROCESS || last.ut_type == LOGIN_PROCESS) &&
		!strncmp(line->ut_line, last.ut_line, sizeof last.ut_line);
}

static int search(int (*fits)(const struct utmp *), const struct utmp *what)
{
	while (next())
		if (fits(what))
			return 1;
	errno = ESRCH;
	return 0;
}

/* FITS of no function takes any record. */
static int found(int (*fits)(const struct utmp *), const struct utmp *what, struct utmp *buf, struct utmp **result)
{
	int got;

	*result = 0;
	if (!ready() || locked(fd, F_RDLCK) < 0)
		return -1;
	got = fits ? search(fits, what) : next();
	locked(fd, F_UNLCK);
	if (!got)
		return -1;
	*buf = last;
	*result = buf;
	return 0;
}

int getutent_r(struct utmp *buf, struct utmp **result) { return found(0, 0, buf, result); }
int getutline_r(const struct utmp *line, struct utmp *buf, struct utmp **result) { return found(same_line, line, buf, result); }

int getutid_r(const struct utmp *id, struct utmp *buf, struct utmp **result)
{
	if (event(id->ut_type) || process(id->ut_type))
		return found(same, id, buf, result);
	*result = 0;
	errno = EINVAL;
	return -1;
}

static struct utmp buffer;

struct utmp *getutent(void)
{
	struct utmp *r;

	getutent_r(&buffer, &r);
	return r;
}

struct utmp *getutid(const struct utmp *id)
{
	struct utmp *r;

	getutid_r(id, &buffer, &r);
	return r;
}

struct utmp *getutline(const struct utmp *line)
{
	struct utmp *r;

	getutline_r(line, &buffer, &r);
	return r;
}

/* Where FILE's whole records end; what stands behind them is cut off. -1: an error. */
static off_t end_of(int file)
{
	off_t end = lseek(file, 0, SEEK_END), rest = end % (off_t)sizeof(struct utmp);

	if (end < 0 || (rest && ftruncate(file, end - rest) < 0))
		return -1;
	return end - rest;
}

static int put(const struct utmp *u)
{
	int append = 0;

	if (position < (off_t)sizeof last || !same(u))
		append = !search(same, u);
	position = append ? end_of(fd) : position - (off_t)sizeof last;
	if (position < 0)
		return -1;
	if (pwrite(fd, u, sizeof *u, position) != sizeof *u) {
		if (append)
			ftruncate(fd, position);
		return -1;
	}
	position += sizeof *u;
	last = *u;
	return 0;
}

struct utmp *pututline(const struct utmp *u)
{
	int r;

	if (!ready() || (!writable && opened(O_RDWR) < 0) || locked(fd, F_WRLCK) < 0)
		return 0;
	r = put(u);
	locked(fd, F_UNLCK);
	return r < 0 ? 0 : (struct utmp *)u;
}

void updwtmp(const char *file, const struct utmp *u)
{
	int f = open(file, O_WRONLY | O_CLOEXEC);
	off_t end;

	if (f < 0)
		return;
	if (!locked(f, F_WRLCK)) {
		end = end_of(f);
		if (end >= 0 && pwrite(f, u, sizeof *u, end) != sizeof *u)
			ftruncate(f, end);
	}
	close(f);
}

int utmpname(const char *file)
{
	char *copy;

	endutent();
	if (!strcmp(file, name))
		return 0;
	copy = strcmp(file, UTMP_FILE) ? strdup(file) : UTMP_FILE;
	if (!copy)
		return -1;
	if (strcmp(name, UTMP_FILE))
		free((void *)name);
	name = copy;
	return 0;
}
