/* getnameinfo() as glibc checks its arguments, and with the names of local sockets. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include "../glue.h"

enum { IDN = 32 + 64 + 128, ALL_FLAGS = NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | IDN };

hidden int __musl_getnameinfo(const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int);

static int copy(char *to, size_t room, const char *s, size_t most)
{
	size_t n = strnlen(s, most);

	if (n >= room)
		return EAI_OVERFLOW;
	memcpy(to, s, n);
	to[n] = 0;
	return 0;
}

static int local(const struct sockaddr_un *a, char *host, size_t hostlen, char *serv, size_t servlen, int flags)
{
	struct utsname u;
	int r = 0;

	if (host && hostlen) {
		if (!(flags & NI_NUMERICHOST) && !uname(&u))
			r = copy(host, hostlen, u.nodename, sizeof(u.nodename));
		else if (flags & NI_NAMEREQD)
			r = EAI_NONAME;
		else
			r = copy(host, hostlen, "localhost", 9);
	}
	if (!r && serv && servlen)
		r = copy(serv, servlen, a->sun_path, sizeof(a->sun_path));
	return r;
}

int getnameinfo(const struct sockaddr *restrict a, socklen_t len, char *restrict host, socklen_t hostlen, char *restrict serv, socklen_t servlen, int flags)
{
	if (flags & ~ALL_FLAGS)
		return EAI_BADFLAGS;
	if (!a || len < sizeof(a->sa_family))
		return EAI_FAMILY;
	if (flags & NI_NAMEREQD && !host && !serv)
		return EAI_NONAME;
	if (a->sa_family == AF_UNIX)
		return local((const struct sockaddr_un *)a, host, hostlen, serv, servlen, flags);
	return __musl_getnameinfo(a, len, host, hostlen, serv, servlen, flags);
}
