/* Protocols of AF_NETLINK that every host has, beside the interfaces of net/interfaces.c. */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* One of the two bits of NLM_F_DUMP is enough. */
static void list(const char *name, int type, int flags, int want)
{
	struct { struct nlmsghdr h; struct rtgenmsg g; } q = { { sizeof(q), type, NLM_F_REQUEST | flags, 1, 0 }, { AF_INET } };
	char b[8192];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), found = 0, multi = 1, done = 0;

	send(fd, &q, sizeof(q), 0);
	while (!done) {
		int n = recv(fd, b, sizeof(b), 0);
		if (n <= 0)
			break;
		for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			done |= h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR;
			found |= h->nlmsg_type == want;
			multi &= !!(h->nlmsg_flags & NLM_F_MULTI);
		}
	}
	printf("%s: found %d multi %d\n", name, found, multi);
	close(fd);
}

int main(void)
{
	static const int protocols[] = { NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT, 31, 32, -1 };

	for (int k = 0; k < 5; k++) {
		int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, protocols[k]), protocol = -1;
		struct sockaddr_nl me = { .nl_family = AF_NETLINK, .nl_groups = 1 };
		socklen_t len = sizeof(protocol);
		char c;

		if (fd < 0) {
			printf("%d: %d\n", protocols[k], errno == EPROTONOSUPPORT);
			continue;
		}
		getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len);
		printf("%d: bind %d, protocol %d, ", protocols[k], bind(fd, (void *)&me, sizeof(me)), protocol);
		printf("reads %zd %d\n", recv(fd, &c, 1, 0), errno == EAGAIN);
		close(fd);
	}
	list("links", RTM_GETLINK, NLM_F_ROOT, RTM_NEWLINK);
	list("addresses", RTM_GETADDR, NLM_F_ROOT, RTM_NEWADDR);
	list("addresses", RTM_GETADDR, NLM_F_MATCH, RTM_NEWADDR);
	list("all addresses", RTM_GETADDR, NLM_F_DUMP, RTM_NEWADDR);
}
