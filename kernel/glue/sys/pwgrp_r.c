/* Entries of password, group and shadow files one after the other, into the caller's memory. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <string.h>

struct room {
	char *at, *end;
};

static char *copy(struct room *r, const char *s)
{
	size_t n = s ? strlen(s) + 1 : 0;
	char *p = r->at;

	if (!s)
		return 0;
	if ((size_t)(r->end - r->at) < n) {
		r->at = 0;
		r->end = 0;
		return 0;
	}
	r->at += n;
	return memcpy(p, s, n);
}

static int passwd(const struct passwd *from, struct passwd *to, char *buf, size_t n, struct passwd **result)
{
	struct room r = { buf, buf + n };

	*result = 0;
	if (!from)
		return ENOENT;
	*to = *from;
	to->pw_name = copy(&r, from->pw_name);
	to->pw_passwd = copy(&r, from->pw_passwd);
	to->pw_gecos = copy(&r, from->pw_gecos);
	to->pw_dir = copy(&r, from->pw_dir);
	to->pw_shell = copy(&r, from->pw_shell);
	if (!r.at)
		return ERANGE;
	*result = to;
	return 0;
}

int getpwent_r(struct passwd *p, char *buf, size_t n, struct passwd **result) { return passwd(getpwent(), p, buf, n, result); }
int fgetpwent_r(FILE *f, struct passwd *p, char *buf, size_t n, struct passwd **result) { return passwd(fgetpwent(f), p, buf, n, result); }

static int group(const struct group *from, struct group *to, char *buf, size_t n, struct group **result)
{
	size_t members = 0, list, skip = -(unsigned long)buf & 7;
	struct room r;

	*result = 0;
	if (!from)
		return ENOENT;
	while (from->gr_mem[members])
		members++;
	list = (members + 1) * sizeof(char *);
	if (n < skip + list)
		return ERANGE;
	r = (struct room){ buf + skip + list, buf + n };
	*to = *from;
	to->gr_mem = (char **)(buf + skip);
	to->gr_name = copy(&r, from->gr_name);
	to->gr_passwd = copy(&r, from->gr_passwd);
	for (size_t i = 0; i < members; i++)
		to->gr_mem[i] = copy(&r, from->gr_mem[i]);
	to->gr_mem[members] = 0;
	if (!r.at)
		return ERANGE;
	*result = to;
	return 0;
}

int getgrent_r(struct group *g, char *buf, size_t n, struct group **result) { return group(getgrent(), g, buf, n, result); }
int fgetgrent_r(FILE *f, struct group *g, char *buf, size_t n, struct group **result) { return group(fgetgrent(f), g, buf, n, result); }

static int shadow(const struct spwd *from, struct spwd *to, char *buf, size_t n, struct spwd **result)
{
	struct room r = { buf, buf + n };

	*result = 0;
	if (!from)
		return ENOENT;
	*to = *from;
	to->sp_namp = copy(&r, from->sp_namp);
	to->sp_pwdp = copy(&r, from->sp_pwdp);
	if (!r.at)
		return ERANGE;
	*result = to;
	return 0;
}

int getspent_r(struct spwd *s, char *buf, size_t n, struct spwd **result) { return shadow(getspent(), s, buf, n, result); }
int fgetspent_r(FILE *f, struct spwd *s, char *buf, size_t n, struct spwd **result) { return shadow(fgetspent(f), s, buf, n, result); }
