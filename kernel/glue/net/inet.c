/* Addresses and networks: what only glibc has. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <stddef.h>

int __uk_sa_len(int family)
{
	switch (family) {
	case AF_INET: return sizeof(struct sockaddr_in);
	case AF_INET6: return sizeof(struct sockaddr_in6);
	case AF_UNIX: return sizeof(struct sockaddr_un);
	}
	return 0;
}

/* The control messages after this one. */
struct cmsghdr *__cmsg_nxthdr(struct msghdr *m, struct cmsghdr *c)
{
	size_t len = c->cmsg_len;
	char *end = (char *)m->msg_control + m->msg_controllen, *next;

	if (len < sizeof *c)
		return 0;
	next = (char *)c + ((len + 7) & -8);
	if (next + sizeof *c > end || next + ((((struct cmsghdr *)next)->cmsg_len + 7) & -8) > end)
		return 0;
	return (struct cmsghdr *)next;
}
