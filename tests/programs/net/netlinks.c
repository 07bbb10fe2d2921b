/* Protocols of AF_NETLINK that every host has, beside the interfaces of net/interfaces.c. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

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
}
