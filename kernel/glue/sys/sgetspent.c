/* sgetspent(): one line of the shadow file. */
#include <errno.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>

/* A number up to ':', -1 if there is none; 0 at the end of what is right. */
static int number(char **s, long *out, int last)
{
	char *end;

	*out = **s == ':' || last && !**s ? -1 : strtol(*s, &end, 10);
	if (*out == -1)
		end = *s;
	if (*end != ':' && !(last && !*end))
		return 0;
	*s = *end ? end + 1 : end;
	return 1;
}

int sgetspent_r(const char *line, struct spwd *sp, char *buf, size_t n, struct spwd **result)
{
	size_t len = strcspn(line, "\n");
	char *s = buf;
	unsigned long flag;

	*result = 0;
	if (len + 1 > n)
		return ERANGE;
	memcpy(buf, line, len);
	buf[len] = 0;
	sp->sp_namp = s;
	if (!(s = strchr(s, ':')) || s == buf)
		return EINVAL;
	*s++ = 0;
	sp->sp_pwdp = s;
	if (!(s = strchr(s, ':')))
		return EINVAL;
	*s++ = 0;
	if (!number(&s, &sp->sp_lstchg, 0) || !number(&s, &sp->sp_min, 0) || !number(&s, &sp->sp_max, 0)
		|| !number(&s, &sp->sp_warn, 0) || !number(&s, &sp->sp_inact, 0) || !number(&s, &sp->sp_expire, 0)
		|| !number(&s, (long *)&flag, 1))
		return EINVAL;
	sp->sp_flag = flag;
	*result = sp;
	return 0;
}

struct spwd *sgetspent(const char *line)
{
	static struct spwd sp;
	static char buf[1024];
	struct spwd *result;
	int r = sgetspent_r(line, &sp, buf, sizeof buf, &result);

	if (r)
		errno = r;
	return result;
}
