/* NETLINK_SOCK_DIAG: what it says of the program's own sockets, by their names. A host need not have it: diag.golden is what
 * one said that has. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct { int fd; const char *name; ino_t ino; char said[200]; } own[16];
static int count;

static int keep(int fd, const char *name)
{
	struct stat st;

	fstat(fd, &st);
	own[count].fd = fd, own[count].name = name, own[count++].ino = st.st_ino;
	return fd;
}

static int port(int fd, int peer)
{
	struct sockaddr_in6 a;
	socklen_t len = sizeof(a);

	return (peer ? getpeername : getsockname)(fd, (void *)&a, &len) ? 0 : a.sin6_port;
}

static void tell(struct nlmsghdr *h)
{
	struct inet_diag_msg *m = NLMSG_DATA(h);
	char a[64], b[64];
	int only6 = -1;

	for (struct rtattr *t = (void *)(m + 1); (char *)t < (char *)h + h->nlmsg_len; t = (void *)((char *)t + RTA_ALIGN(t->rta_len)))
		if (t->rta_type == 11)
			only6 = *(unsigned char *)RTA_DATA(t);
	for (int k = 0; k < count; k++)
		if (own[k].ino == m->idiag_inode) {
			inet_ntop(m->idiag_family, m->id.idiag_src, a, sizeof(a));
			inet_ntop(m->idiag_family, m->id.idiag_dst, b, sizeof(b));
			sprintf(own[k].said, "  %s: family %d, state %d, %s%s to %s%s, read %u, only6 %d\n", own[k].name, m->idiag_family, m->idiag_state,
				a, m->id.idiag_sport == port(own[k].fd, 0) ? "" : " at another port", b, m->id.idiag_dport == port(own[k].fd, 1) ? "" : " at another port",
				m->idiag_rqueue, only6);
		}
}

static void ask(int family, int protocol, unsigned states, int flags)
{
	struct { struct nlmsghdr h; struct inet_diag_req_v2 r; } q = { { sizeof(q), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | flags, 7 }, { family, protocol, 0, 0, states } };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	static char buf[1 << 17] __attribute__((aligned(8)));

	printf("family %d, protocol %d, states %x\n", family, protocol, states);
	send(fd, &q, sizeof(q), 0);
	for (int done = 0; !done;) {
		int n = recv(fd, buf, sizeof(buf), 0);
		if (n <= 0)
			break;
		for (struct nlmsghdr *h = (void *)buf; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				printf("  error %d\n", -*(int *)NLMSG_DATA(h));
			if ((done |= h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR))
				break;
			tell(h);
		}
	}
	close(fd);
	for (int k = 0; k < count; k++) {
		fputs(own[k].said, stdout);
		own[k].said[0] = 0;
	}
}

int main(void)
{
	struct sockaddr_in lo = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT }, any = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(lo);
	int on = 1;

	int l = keep(socket(AF_INET, SOCK_STREAM, 0), "listener"), l6 = keep(socket(AF_INET6, SOCK_STREAM, 0), "listener of 6");
	bind(l, (void *)&lo, sizeof(lo));
	listen(l, 5);
	bind(l6, (void *)&six, sizeof(six));
	setsockopt(l6, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	listen(l6, 5);
	getsockname(l, (void *)&lo, &len);
	int c = keep(socket(AF_INET, SOCK_STREAM, 0), "client");
	connect(c, (void *)&lo, sizeof(lo));
	int s = keep(accept(l, NULL, NULL), "server");
	send(c, "hello", 5, 0);
	int waits = keep(socket(AF_INET, SOCK_STREAM, 0), "waits");
	connect(waits, (void *)&lo, sizeof(lo));
	int u = keep(socket(AF_INET, SOCK_DGRAM, 0), "datagrams"), u6 = keep(socket(AF_INET6, SOCK_DGRAM, 0), "datagrams of 6");
	lo.sin_port = 0;
	bind(u, (void *)&lo, sizeof(lo));
	bind(u6, (void *)&any, sizeof(any));
	usleep(1000);
	ask(AF_INET, IPPROTO_TCP, -1, NLM_F_DUMP);
	ask(AF_INET, IPPROTO_TCP, 1 << 10, NLM_F_DUMP);
	ask(AF_INET6, IPPROTO_TCP, -1, NLM_F_DUMP);
	ask(AF_INET, IPPROTO_UDP, -1, NLM_F_DUMP);
	ask(AF_INET6, IPPROTO_UDP, -1, NLM_F_DUMP);
	shutdown(s, SHUT_WR);
	usleep(1000);
	ask(AF_INET, IPPROTO_TCP, 1 << 5 | 1 << 8, NLM_F_DUMP);
	ask(99, IPPROTO_TCP, -1, NLM_F_DUMP);
	on = -1;
	len = sizeof(on);
	getsockopt(l6, IPPROTO_IPV6, IPV6_V6ONLY, &on, &len);
	printf("V6ONLY of ::1: %d\n", on);
	close(u), close(u6);
}
