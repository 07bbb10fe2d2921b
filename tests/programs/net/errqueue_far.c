/* errqueue_far IPV4 IPV6: datagrams that another machine refuses: nobody has port 7999 there. On the host the same with itself. */
#include "show.h"
#include <linux/errqueue.h>

static const char *ip;

/* Once: a second error would be there for whoever asks next. */
static void send_and_wait(int s, const union any *to, socklen_t len)
{
	struct pollfd p = { s, POLLIN };

	say("  send", sendto(s, "some text", 9, 0, len ? &to->sa : NULL, len));
	poll(&p, 1, 60000);
	printf("  ready: %x\n", p.revents);
}

static void take(int s)
{
	union { char b[512]; struct cmsghdr align; } c = { 0 };
	char b[64] = "", text[64];
	union any from, peer;
	struct iovec v = { b, sizeof(b) - 1 };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &v, .msg_iovlen = 1, .msg_control = c.b, .msg_controllen = sizeof(c.b) };

	if (say("  from the error queue", recvmsg(s, &m, MSG_ERRQUEUE | MSG_DONTWAIT)) < 0)
		return;
	address(&peer, ip, 7999);
	printf("  \"%s\", flags %x, sent to the peer's port: %d\n", b, m.msg_flags, from.in.sin_port == htons(7999));
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		struct sock_extended_err *e = (void *)CMSG_DATA(h);
		struct sockaddr *a = SO_EE_OFFENDER(e);
		const void *by = a->sa_family == AF_INET ? (void *)&((struct sockaddr_in *)a)->sin_addr : (void *)&((struct sockaddr_in6 *)a)->sin6_addr;
		printf("  level %d, type %d, %zu bytes: %s, origin %d, type %d, code %d, info %u, data %u, told by the peer: %d\n", h->cmsg_level, h->cmsg_type,
			(size_t)h->cmsg_len, strerrorname_np(e->ee_errno), e->ee_origin, e->ee_type, e->ee_code, e->ee_info, e->ee_data,
			!strcmp(inet_ntop(a->sa_family, by, text, sizeof(text)), ip));
	}
}

static void refuse(int connected, int asks)
{
	int six = strchr(ip, ':') != NULL, s = socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0), n = 0;
	union any to;
	socklen_t len = address(&to, ip, 7999);

	printf("IPv%d, %s, %s\n", six ? 6 : 4, connected ? "connected" : "not connected", asks ? "asks" : "does not ask");
	if (connected)
		say("  connect", connect(s, &to.sa, len));
	if (asks)
		setsockopt(s, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVERR : IP_RECVERR, &(int){ 1 }, sizeof(int));
	send_and_wait(s, &to, connected ? 0 : len);
	if (asks)
		take(s);
	len = sizeof(n);
	getsockopt(s, SOL_SOCKET, SO_ERROR, &n, &len);
	printf("  SO_ERROR: %s\n", n ? strerrorname_np(n) : "0");
	close(s);
}

int main(int argc, char **argv)
{
	for (int k = 1; k < argc; k++) {
		ip = argv[k];
		refuse(0, 1);
		refuse(1, 1);
		refuse(1, 0);
	}
	return 0;
}
