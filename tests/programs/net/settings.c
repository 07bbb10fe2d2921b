/* /proc/sys/net says what sockets begin with, and /proc/net is the process's own. */
#include "show.h"
#include <netinet/tcp.h>

static long setting(const char *name)
{
	char path[128];
	long n = -1;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	FILE *f = fopen(path, "r");
	if (f && fscanf(f, "%ld", &n) != 1)
		n = -2;
	if (f)
		fclose(f);
	return n;
}

static void compare(const char *name, int type, int level, int option)
{
	int s = socket(AF_INET, type, 0), n = -1;
	socklen_t size = sizeof(n);
	long is = setting(name);

	getsockopt(s, level, option, &n, &size);
	printf("%s: %s\n", name, is >= 0 && n == is ? "what sockets begin with" : "something else");
	close(s);
}

static void word(const char *name, const char *want)
{
	char path[128], b[128] = "";

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	FILE *f = fopen(path, "r");
	if (f && fgets(b, sizeof(b), f))
		fclose(f);
	printf("%s: %d\n", name, strstr(b, want) != NULL);
}

int main(void)
{
	char link[64] = "", congestion[32] = "";
	int s = socket(AF_INET, SOCK_STREAM, 0), first = 0, last = 0;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(a);

	say("readlink", readlink("/proc/net", link, sizeof(link) - 1));
	puts(link);
	say("access", access("/proc/self/net/tcp", R_OK) | access("/proc/net/tcp6", R_OK) | access("/proc/thread-self/net/unix", R_OK));
	compare("ipv4/ip_default_ttl", SOCK_STREAM, IPPROTO_IP, IP_TTL);
	compare("ipv4/tcp_keepalive_time", SOCK_STREAM, IPPROTO_TCP, TCP_KEEPIDLE);
	compare("ipv4/tcp_keepalive_intvl", SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL);
	compare("ipv4/tcp_keepalive_probes", SOCK_STREAM, IPPROTO_TCP, TCP_KEEPCNT);
	compare("ipv4/tcp_syn_retries", SOCK_STREAM, IPPROTO_TCP, TCP_SYNCNT);
	compare("ipv4/tcp_fin_timeout", SOCK_STREAM, IPPROTO_TCP, TCP_LINGER2);
	compare("core/rmem_default", SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF);
	compare("core/wmem_default", SOCK_DGRAM, SOL_SOCKET, SO_SNDBUF);
	printf("bindv6only %d, somaxconn %d\n", setting("ipv6/bindv6only") >= 0, setting("core/somaxconn") > 0);
	size = sizeof(congestion);
	getsockopt(s, IPPROTO_TCP, TCP_CONGESTION, congestion, &size);
	word("ipv4/tcp_congestion_control", congestion);
	word("ipv4/tcp_available_congestion_control", congestion);
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
	if (f && fscanf(f, "%d %d", &first, &last) != 2)
		first = last = -1;
	size = sizeof(a);
	bind(s, (void *)&a, sizeof(a));
	getsockname(s, (void *)&a, &size);
	printf("port in its range: %d\n", ntohs(a.sin_port) >= first && ntohs(a.sin_port) <= last);
	return 0;
}
