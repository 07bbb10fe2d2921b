/* rcmd() with a server of its own, whom ruserok() lets in without files, lookups beside the program, counts of the heap, ttys. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <ttyent.h>
#include <unistd.h>

int __issignalingf128(_Float128);
unsigned __res_randomid(void);
int __libc_mallopt(int, int);
extern int __check_rhosts_file;
extern char *__rcmd_errstr;

#define E(x) (errno = 0, printf("%s = %ld", #x, (long)(x)), printf(" %d\n", errno))

static int listener, with_error;

static char *word(int s)
{
	static char b[100];
	int n = 0;

	while (n < 99 && read(s, b + n, 1) == 1 && b[n])
		n++;
	b[n] = 0;
	return b;
}

/* What rshd does: a port for standard error, two users, a command, a zero byte; or a line that says why not. */
static void *serve(void *refuse)
{
	struct sockaddr_in from;
	socklen_t l = sizeof(from);
	int s = accept(listener, (void *)&from, &l), s2 = -1, port;

	printf("from a port of root's: %d\n", ntohs(from.sin_port) >= 512 && ntohs(from.sin_port) < 1024);
	port = atoi(word(s));
	printf("second: %d\n", port >= 512);
	if (port) {
		int mine = 1023;
		from.sin_port = htons(port);
		s2 = rresvport(&mine);
		printf("connected: %d\n", connect(s2, (void *)&from, sizeof(from)));
	}
	printf("%s ", word(s)), printf("%s ", word(s)), printf("%s\n", word(s));
	if (refuse)
		write(s, "\1no entry\nmore", 14);
	else
		write(s, "\0hello", 6);
	if (s2 >= 0)
		write(s2, "errors", 6), close(s2);
	close(s);
	return NULL;
}

static void shell(int port, int want_error, void *refuse)
{
	char *host = "127.0.0.1", b[100] = "";
	int s, error = -1;
	pthread_t t;

	pthread_create(&t, NULL, serve, refuse);
	s = rcmd(&host, htons(port), "here", "there", "do it", want_error ? &error : NULL);
	printf("%d %s\n", s >= 0, host);
	pthread_join(t, NULL);
	if (s >= 0)
		read(s, b, 99), printf("got %s\n", b), close(s);
	if (s >= 0 && want_error)
		memset(b, 0, 100), read(error, b, 99), printf("got %s\n", b), close(error);
}

static void remote(void)
{
	struct sockaddr_in a = { AF_INET, 0, { htonl(INADDR_LOOPBACK) } };
	socklen_t l = sizeof(a);
	int port = 600, other = 70000, none = 5;
	char *host;

	fflush(stdout), dup2(1, 2);
	E(rresvport(&port) >= 0), E(port <= 600 && port >= 512), E(rresvport_af(&other, AF_INET) >= 0), E(other <= 1023 && other >= 512), E(rresvport_af(&none, AF_UNIX)), E(none);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (void *)&a, l), listen(listener, 5), getsockname(listener, (void *)&a, &l);
	shell(ntohs(a.sin_port), 0, NULL), shell(ntohs(a.sin_port), 1, NULL), shell(ntohs(a.sin_port), 0, "refuse"), shell(ntohs(a.sin_port), 1, "refuse");
	E(rcmd_af(&host, 1, "a", "b", "c", NULL, AF_UNIX));
	E(ruserok("127.0.0.1", 0, "root", "root")), E(ruserok("localhost", 1, "root", "nobody-there")), E(ruserok_af("127.0.0.1", 0, "a", "b", AF_INET)), E(iruserok(htonl(0x7f000001), 0, "root", "root"));
	printf("%d %s\n", __check_rhosts_file, __rcmd_errstr);
	E(iruserok_af("\x7f\0\0\1", 1, "root", "root", AF_INET)), E(iruserok_af(NULL, 1, "root", "root", AF_UNIX));
}

static volatile sig_atomic_t signalled;
static sem_t told;
static void signal_told(int n, siginfo_t *si, void *c) { signalled = si->si_code == SI_ASYNCNL ? si->si_value.sival_int : -1; }
static void thread_told(union sigval v) { signalled = v.sival_int, sem_post(&told); }

static void lookups(void)
{
	struct addrinfo hints = { AI_NUMERICHOST, AF_INET, SOCK_STREAM };
	struct gaicb a = { "127.0.0.1", "80", &hints }, b = { "not a number", NULL, &hints }, c = { "10.2.3.4", NULL, NULL }, *list[] = { &a, NULL, &b, &c };
	const struct gaicb *waits[] = { &a, &b, NULL };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7 };
	struct sigaction sa = { .sa_sigaction = signal_told, .sa_flags = SA_SIGINFO };
	struct timespec t = { 5, 0 };

	sigaction(SIGUSR1, &sa, NULL), sem_init(&told, 0, 0);
	E(getaddrinfo_a(7, list, 4, NULL)), E(getaddrinfo_a(GAI_WAIT, list, 4, NULL)), E(gai_error(&a)), E(gai_error(&b)), E(gai_error(&c));
	printf("%s %d\n", inet_ntoa(((struct sockaddr_in *)a.ar_result->ai_addr)->sin_addr), ntohs(((struct sockaddr_in *)a.ar_result->ai_addr)->sin_port));
	E(gai_suspend(waits, 3, &t)), E(gai_suspend(waits, 0, NULL)), E(gai_cancel(&a));
	E(getaddrinfo_a(GAI_NOWAIT, list, 4, &e));
	while (!signalled)
		usleep(100);
	printf("signal %d\n", signalled);
	e.sigev_notify = SIGEV_THREAD, e.sigev_notify_function = thread_told, e.sigev_value.sival_int = 8;
	E(getaddrinfo_a(GAI_NOWAIT, list, 1, &e));
	while (sem_wait(&told))
		;
	printf("told %d\n", signalled);
	E(getaddrinfo_a(GAI_NOWAIT, NULL, 0, NULL)), E(getaddrinfo_a(GAI_WAIT, list + 1, 1, NULL));
}

/* The numbers are the allocator's own. */
static void heap(void)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	for (int p = -9; p < 3; p++) {
		static const int values[] = { -1, 0, 1, 160, 161, 1 << 20, 1 << 30 };
		for (int i = 0; i < 7; i++)
			E(mallopt(p, values[i]));
	}
	E(malloc_info(1, f)), E(malloc_info(0, f)), fclose(f);
	printf("%d %d %s", strncmp(text, "<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n", 43), !!strstr(text, "<total type=\"mmap\" count=\""), strstr(text, "</malloc>"));
	E(__libc_mallopt(M_MXFAST, 200));
	mtrace(), muntrace();
	__res_randomid();
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	dup2(open("/dev/null", O_WRONLY), 2), malloc_stats();
	remote(), lookups(), heap();
	E(setttyent()), E(getttyent() != NULL), E(getttynam("tty1") != NULL), E(endttyent());
	E(__issignalingf128(__builtin_nanf128(""))), E(__issignalingf128(__builtin_nansf128(""))), E(__issignalingf128(1)), E(__issignalingf128(__builtin_inff128()));
	return 0;
}
