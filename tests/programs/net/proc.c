/* What /proc/net tells of sockets: the lines of this program's own, without what differs from run to run. */
#include "show.h"

static unsigned ports[16];
static int sockets;

/* own is which of the program's sockets has a port, in the order in which they got theirs; -1: none. */
static int own(unsigned port)
{
	for (int i = 0; i < sockets; i++)
		if (ports[i] == port)
			return i;
	return -1;
}

static void remember(int s)
{
	union any a;
	socklen_t n = sizeof(a);

	getsockname(s, &a.sa, &n);
	ports[sockets++] = ntohs(a.in.sin_port); /* at the same place in both families */
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }

static void lines(const char *name)
{
	char path[64], line[512], found[16][256];
	int count = 0;

	snprintf(path, sizeof(path), "/proc/net/%s", name);
	FILE *f = fopen(path, "r");
	if (!f) {
		say(path, -1);
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		unsigned sl, st, tx, rx, tr, uid, lport, rport;
		unsigned long when, retransmitted, inode;
		char local[64], remote[64];
		int timeout, refs, n;

		if (strstr(line, "local_address")) {
			printf("%s: %zu %s", name, strlen(line), line);
			continue;
		}
		if (sscanf(line, "%u: %63[0-9A-F]:%X %63[0-9A-F]:%X %X %X:%X %X:%lX %lX %u %d %lu %d %n", &sl, local, &lport, remote, &rport, &st, &tx, &rx, &tr, &when,
			&retransmitted, &uid, &timeout, &inode, &refs, &n) != 15) {
			printf("what is this? %s", line);
			continue;
		}
		if (own(lport) < 0 || (rport && own(rport) < 0) || count == 16)
			continue; /* somebody else's */
		snprintf(found[count++], 256, "%s: %s:%d %s:%d state %u, %u, inode %d, %zu characters\n", name, local, own(lport), remote, rport ? own(rport) : -1,
			st, rx, inode != 0, name[3] == '6' ? strlen(line) > 100 : strlen(line));
	}
	fclose(f);
	qsort(found, count, 256, compare);
	for (int i = 0; i < count; i++)
		printf("%s", found[i]);
}

static int make(int family, int type)
{
	int s = socket(family, type, 0);
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	say("bind", family == AF_INET ? bind(s, (void *)&a, sizeof(a)) : bind(s, (void *)&a6, sizeof(a6)));
	remember(s);
	return s;
}

static void to(int family, int s, int which)
{
	int port = ports[which];
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	say("connect", family == AF_INET ? connect(s, (void *)&a, sizeof(a)) : connect(s, (void *)&a6, sizeof(a6)));
	remember(s);
}

int main(void)
{
	static const char *const names[] = { "tcp", "tcp6", "udp", "udp6", "udplite", "udplite6" };
	char b[100] = "";

	int l = make(AF_INET, SOCK_STREAM), l6 = make(AF_INET6, SOCK_STREAM);
	say("listen", listen(l, 5));
	say("listen", listen(l6, 5));
	int u = make(AF_INET, SOCK_DGRAM), u6 = make(AF_INET6, SOCK_DGRAM);
	int c = socket(AF_INET, SOCK_STREAM, 0), c6 = socket(AF_INET6, SOCK_STREAM, 0), waits = socket(AF_INET, SOCK_STREAM, 0);
	to(AF_INET, c, 0);
	to(AF_INET6, c6, 1);
	int a = accept(l, NULL, NULL), a6 = accept(l6, NULL, NULL);
	to(AF_INET, waits, 0);
	say("write", write(c, b, 77));
	say("shutdown", shutdown(c6, SHUT_WR));
	int v = socket(AF_INET, SOCK_DGRAM, 0);
	to(AF_INET, v, 2);
	usleep(20000);
	for (int i = 0; i < 6; i++)
		lines(names[i]);
	printf("%d\n", a > 0 && a6 > 0 && u > 0 && u6 > 0);
	return 0;
}
