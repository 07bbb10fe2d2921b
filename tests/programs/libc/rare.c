/* What is seldom asked for: errors of getnameinfo() in their order, strptime() that fails, psiginfo(), formats of scanf() that are none. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <signal.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static unsigned long seed = 1;
static unsigned below(unsigned n) { seed = seed * 6364136223846793005UL + 1442695040888963407UL; return (seed >> 33) % n; }

static void times(void)
{
	static const char letters[] = "aAbBcCdDeFgGHIjklmMnprRStTuUVwWxXyYzZ%h";

	for (int i = 0; i < 2000; i++) {
		struct tm from = { below(60), below(60), below(24), 1 + below(28), below(12), below(200), below(7), below(365), 0 }, t;
		char form[30], s[100], *r;
		int n = 0;

		for (int k = 1 + below(4); k; k--) {
			form[n++] = '%', form[n++] = letters[below(sizeof(letters) - 1)];
			if (below(2))
				form[n++] = " :-/"[below(4)];
		}
		form[n] = 0;
		strftime(s, sizeof(s), form, &from);
		if (below(2) && *s)
			s[below(strlen(s))] = "x9 :"[below(4)];
		memset(&t, 0xff, sizeof(t)), t.tm_zone = "z";
		r = strptime(s, form, &t);
		printf("%s|%s: %ld %d %d %d %d %d %d %d %d %d\n", form, s, r ? (long)(r - s) : -1, t.tm_sec, t.tm_min, t.tm_hour, t.tm_mday, t.tm_mon, t.tm_year, t.tm_wday, t.tm_yday, t.tm_isdst);
	}
}

static void name(const void *a, socklen_t n, socklen_t hostlen, socklen_t servlen, int flags)
{
	char host[100] = "-", serv[100] = "-";
	int r = getnameinfo(a, n, hostlen ? host : NULL, hostlen, servlen ? serv : NULL, servlen, flags);

	printf("%d %d %d %x: %d %s %s\n", n, hostlen, servlen, flags, r, r ? "" : host, r ? "" : serv);
}

static void names(void)
{
	struct sockaddr_in a = { AF_INET, htons(80), { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 b = { AF_INET6, htons(53), 0, IN6ADDR_LOOPBACK_INIT };
	struct sockaddr u = { AF_UNIX, "/x" }, none = { 99 };
	struct addrinfo hint = { 0 }, *list;
	char h[100], s[50];

	for (int flags = 0; flags < 128; flags++) {
		if (!(flags & NI_NUMERICHOST))
			continue;
		for (int n = 0; n < 30; n += n < 4 ? 1 : 4)
			name(&a, n, 0, 0, flags), name(&a, n, 100, 0, flags), name(&a, n, 0, 100, flags), name(&a, n, 5, 9, flags), name(&a, n, 100, 2, flags);
		name(&b, sizeof(b), 100, 100, flags), name(&b, sizeof(b) - 1, 100, 100, flags), name(&u, sizeof(u), 100, 100, flags), name(&u, 2, 100, 0, flags), name(&u, sizeof(u), 3, 100, flags), name(&none, sizeof(none), 100, 100, flags);
	}
	for (int i = 0; i < 3 * 64 * 3 * 4; i++) {
		int sv = i / 4 % 3, e;

		hint = (struct addrinfo){ .ai_socktype = i % 4, .ai_flags = i / 12 % 64 & ~AI_ADDRCONFIG, .ai_family = (int[]){ 0, AF_INET, AF_INET6 }[i / 768] };
		e = getaddrinfo(NULL, !sv ? NULL : sv == 1 ? "80" : "domain", &hint, &list);
		printf("%d %x %d %d: %d", hint.ai_family, hint.ai_flags, sv, i % 4, e);
		for (struct addrinfo *x = e ? NULL : list; x; x = x->ai_next) {
			getnameinfo(x->ai_addr, x->ai_addrlen, h, 100, s, 50, NI_NUMERICHOST | NI_NUMERICSERV);
			printf(" %d/%d/%d/%s/%s/%s", x->ai_family, x->ai_socktype, x->ai_protocol, h, s, x->ai_canonname ? x->ai_canonname : "");
		}
		puts("");
		if (!e)
			freeaddrinfo(list);
	}
	printf("%d ", if_nametoindex("lo")), printf("%d\n", if_nametoindex("none"));
}

static void signals(void)
{
	fflush(stdout), dup2(1, 2);
	for (int sig = -1; sig < 70; sig++)
		for (int code = -8; code < 12; code++) {
			siginfo_t s = { .si_signo = sig, .si_code = code };

			s.si_pid = 12, s.si_uid = 34;
			if (sig == SIGCHLD)
				s.si_status = 3;
			if (sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE)
				s.si_addr = (void *)0x1234;
			psiginfo(&s, code % 3 ? "before" : code % 2 ? "" : NULL);
		}
}

static void formats(void)
{
	static const char *const forms[] = { "%ll", "%d%ll", "%lk", "%b", "%hh|", "%d %hq", "%l", "%5", "%*", "%mk", "%d%k", "%zz" }, *const texts[] = { "", "5", "5 6", " ", "x" };
	long a, b;

	for (int f = 0; f < sizeof(forms) / sizeof(*forms); f++)
		for (int t = 0; t < 5; t++)
			printf("%s|%s %d\n", forms[f], texts[t], sscanf(texts[t], forms[f], &a, &b));
}

static void stacks(void)
{
	static const size_t sizes[] = { 0, 1, 2048, 16383, 16384, 16385, SIZE_MAX / 4 + 20000, SIZE_MAX };
	static char memory[16384];
	pthread_attr_t a;

	pthread_attr_init(&a);
	for (int i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t got = 0;

		printf("%d ", pthread_attr_setstacksize(&a, sizes[i])), pthread_attr_getstacksize(&a, &got);
		printf("%zx ", i && got >= 16384 ? got : 0), printf("%d\n", i < 5 ? pthread_attr_setstack(&a, memory, sizes[i]) : 0);
	}
}

int main(void)
{
	mtx_t m;

	times(), names(), formats(), stacks(), signals();
	mtx_init(&m, mtx_recursive);
	printf("%d\n", mtx_unlock(&m) == thrd_error);
	return 0;
}
