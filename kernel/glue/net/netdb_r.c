/*
 * Lookups of protocols, services, networks and hosts into the caller's memory,
 * on top of musl's, which answer from static storage. 0: found or the end
 * (*RESULT tells), ERANGE: BUF is too small.
 */
#include <errno.h>
#include <netdb.h>
#include <string.h>

/* Hands out pieces of the caller's buffer; FULL once one did not fit. */
struct room {
	char *at, *end;
	int full;
};

static void *piece(struct room *r, size_t n, size_t align)
{
	char *p = (char *)(((unsigned long)r->at + align - 1) & -align);

	if (n > (size_t)(r->end - r->at) || p + n > r->end) {
		r->full = 1;
		return 0;
	}
	r->at = p + n;
	return p;
}

static char *copy(struct room *r, const char *s)
{
	char *p = piece(r, strlen(s) + 1, 1);

	return p ? strcpy(p, s) : 0;
}

static char **copy_list(struct room *r, char **list)
{
	size_t n = 0;
	char **p;

	while (list && list[n])
		n++;
	if (!(p = piece(r, (n + 1) * sizeof *p, sizeof *p)))
		return 0;
	for (size_t i = 0; i < n; i++)
		p[i] = copy(r, list[i]);
	p[n] = 0;
	return p;
}

static int proto(const struct protoent *from, struct protoent *to, char *buf, size_t n, struct protoent **result)
{
	struct room r = { buf, buf + n, 0 };

	*result = 0;
	if (!from)
		return ENOENT;
	*to = *from;
	to->p_name = copy(&r, from->p_name);
	to->p_aliases = copy_list(&r, from->p_aliases);
	if (r.full)
		return ERANGE;
	*result = to;
	return 0;
}

/* By name or number, "not there" is no error. */
static int found(int r) { return r == ENOENT ? 0 : r; }

int getprotobyname_r(const char *name, struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return found(proto(getprotobyname(name), p, buf, n, result));
}

int getprotobynumber_r(int number, struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return found(proto(getprotobynumber(number), p, buf, n, result));
}

int getprotoent_r(struct protoent *p, char *buf, size_t n, struct protoent **result)
{
	return proto(getprotoent(), p, buf, n, result);
}

int getservent_r(struct servent *s, char *buf, size_t n, struct servent **result)
{
	struct servent *from = getservent();
	struct room r = { buf, buf + n, 0 };

	*result = 0;
	if (!from)
		return ENOENT;
	*s = *from;
	s->s_name = copy(&r, from->s_name);
	s->s_proto = copy(&r, from->s_proto);
	s->s_aliases = copy_list(&r, from->s_aliases);
	if (r.full)
		return ERANGE;
	*result = s;
	return 0;
}

/* musl keeps no list of hosts or networks. */
static int none(void **result, int *h_err)
{
	*result = 0;
	*h_err = HOST_NOT_FOUND;
	return ENOENT;
}

int gethostent_r(struct hostent *h, char *buf, size_t n, struct hostent **result, int *h_err) { return none((void **)result, h_err); }
int getnetent_r(struct netent *e, char *buf, size_t n, struct netent **result, int *h_err) { return none((void **)result, h_err); }
int getnetbyname_r(const char *name, struct netent *e, char *buf, size_t n, struct netent **result, int *h_err) { return found(none((void **)result, h_err)); }
int getnetbyaddr_r(uint32_t net, int type, struct netent *e, char *buf, size_t n, struct netent **result, int *h_err) { return found(none((void **)result, h_err)); }
