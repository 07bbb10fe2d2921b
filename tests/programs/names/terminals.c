// Pseudoterminals, a password from one, lines from standard input, and calls on files and processes that nothing else calls.
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <mcheck.h>
#include <net/if.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wordexp.h>
#include "show.h"

static int master;

// Whoever asks for a password sees it in neither the terminal's echo nor afterwards.
static void *type(void *arg)
{
	char b[100] = "";
	int n = 0, r;

	while (n < 8 && (r = read(master, b + n, 8 - n)) > 0)
		n += r;
	T(b);
	write(master, "secret\n", 7);
	return NULL;
}

static void password(void)
{
	struct winsize w = { 10, 20, 0, 0 };
	struct termios t;
	char name[100] = "", b[100] = "";
	int slave;
	pthread_t thread;

	E(openpty(&master, &slave, name, NULL, &w)), E(strncmp(name, "/dev/pts/", 9)), E(isatty(slave));
	memset(&w, 0, sizeof(w)), ioctl(slave, TIOCGWINSZ, &w), E(w.ws_row), E(w.ws_col);
	setsid(), E(setsid()), E(ioctl(slave, TIOCSCTTY, 0));
	pthread_create(&thread, NULL, type, NULL);
	T(getpass("Secret: "));
	pthread_join(thread, NULL);
	tcgetattr(slave, &t), E(!!(t.c_lflag & ECHO));
	E(read(master, b, sizeof(b))), E(strcmp(b, "\r\n"));
	signal(SIGHUP, SIG_IGN), close(slave), close(master);
	E((slave = getpt()) >= 0), E(grantpt(slave)), E(unlockpt(slave)), E(ptsname(slave) != NULL), close(slave);
}

extern char *gets(char *), *gets_2(char *) NAMED(_IO_gets);

static void lines(void)
{
	char b[100] = "";

	T(gets(b)), T(gets_2(b)), T(gets(b)), E(gets(b) != NULL), E(gets_2(b) != NULL);
}

static void streams(void)
{
	FILE *f;

	E(popen("true", "x") != NULL), E(popen("true", "x") ? 0 : -1), E(popen("true", "rw") ? 0 : -1);
	f = fopen("/tmp/uk-names-terminals", "w+"), fputs("text", f);
	E(pclose(f));
	f = fopen("/tmp/uk-names-terminals", "r"), E(fgetc(f)), fclose(f), unlink("/tmp/uk-names-terminals");
}

static void folders(void)
{
	char b[1000];
	off_t at = 0;
	int fd;

	mkdir("/tmp/uk-names", 0700), close(open("/tmp/uk-names/file", O_CREAT | O_WRONLY, 0600));
	fd = open("/tmp/uk-names", O_RDONLY);
	E(getdirentries(fd, b, sizeof(b), &at) > 0), E(at), E(getdirentries(fd, b, sizeof(b), &at));
	lseek(fd, 0, SEEK_SET), E(getdirentries64(fd, b, sizeof(b), &at) > 0), E(getdirentries64(-1, b, 10, &at)), close(fd);
	unlink("/tmp/uk-names/file"), rmdir("/tmp/uk-names");
}

static void processes(void)
{
	struct sched_param p = { 7 };
	posix_spawnattr_t a;
	wordexp_t w = { 0 };
	int policy = 0, fd = pidfd_open(getpid(), 0), other;

	E(fd >= 0), E(fcntl(fd, F_GETFD)), E(pidfd_open(getpid(), 0x12345)), E(pidfd_open(-1, 0));
	E((other = pidfd_getfd(fd, 1, 0)) >= 0), E(fcntl(other, F_GETFD)), E(pidfd_getfd(fd, 999, 0)), E(pidfd_getfd(fd, 1, 5)), E(pidfd_getfd(1, 1, 0));
	E(clone(NULL, &p, 0, NULL)), E(clone((int (*)(void *))abs, NULL, 0, NULL));
	posix_spawnattr_init(&a), E(posix_spawnattr_setschedpolicy(&a, SCHED_RR)), E(posix_spawnattr_getschedpolicy(&a, &policy)), E(policy);
	E(posix_spawnattr_setschedpolicy(&a, 77)), E(posix_spawnattr_setschedparam(&a, &p)), p.sched_priority = 0, E(posix_spawnattr_getschedparam(&a, &p)), E(p.sched_priority);
	w.we_wordv = malloc(3 * sizeof(char *)), w.we_wordv[0] = strdup("a"), w.we_wordv[1] = strdup("b"), w.we_wordv[2] = NULL, w.we_wordc = 2;
	wordfree(&w), E(w.we_wordv == NULL), wordfree(&w);
	muntrace();
}

extern int process_control(int, unsigned long) NAMED(arch_prctl), process_control_2(int, unsigned long) NAMED(__arch_prctl);

static void machine(void)
{
	unsigned long fs = 0, self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	E(process_control(0x1003, (unsigned long)&fs)), E(fs == self), fs = 0, E(process_control_2(0x1003, (unsigned long)&fs)), E(fs == self), E(process_control(0x9999, 0));
	E(pkey_get(-1)), E(pkey_get(16)), E(pkey_set(16, 0)), E(pkey_set(0, 9)), E(pkey_mprotect(&fs, 0, PROT_READ, -1)), E(pkey_mprotect((void *)1, 1, PROT_READ, -1));
}

extern int pause_plain(int) NAMED(sigpause), pause_xpg(int) NAMED(__xpg_sigpause), pause_either(int, int) NAMED(__sigpause);
extern int suspend(const sigset_t *) NAMED(__sigsuspend);
static volatile int caught;
static void catch(int sig) { caught = sig; }

static void pauses(void)
{
	sigset_t s;

	signal(SIGUSR1, catch), sigemptyset(&s), sigaddset(&s, SIGUSR1), sigprocmask(SIG_BLOCK, &s, NULL);
	raise(SIGUSR1), E(caught), E(pause_xpg(SIGUSR1)), E(caught), caught = 0;
	raise(SIGUSR1), E(caught), E(pause_plain(0)), E(caught), caught = 0;
	raise(SIGUSR1), E(pause_either(SIGUSR1, 1)), E(caught), caught = 0;
	raise(SIGUSR1), E(pause_either(0, 0)), E(caught), caught = 0;
	sigemptyset(&s), raise(SIGUSR1), E(suspend(&s)), E(caught);
	sigprocmask(SIG_BLOCK, NULL, &s), E(sigismember(&s, SIGUSR1));
}

static void attributes(void)
{
	pthread_attr_t a;
	sigset_t s;

	pthread_attr_init(&a), sigemptyset(&s), sigaddset(&s, SIGUSR2);
	E(pthread_attr_getsigmask_np(&a, &s));
}

// A machine may have no network at all, which is said by an error; then there is no interface.
static void interfaces(void)
{
	struct ifaddrs *list = NULL, *i;
	struct if_nameindex *names;
	int r = getifaddrs(&list);

	E(r == 0 || r == -1);
	for (i = list; i; i = i->ifa_next)
		if (!i->ifa_name || !if_nametoindex(i->ifa_name))
			printf("an address of no interface\n");
	freeifaddrs(list);
	names = if_nameindex();
	for (int n = 0; names && names[n].if_index; n++)
		if (if_nametoindex(names[n].if_name) != names[n].if_index)
			printf("an interface with another number\n");
	if_freenameindex(names);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	password(), lines(), streams(), folders(), processes(), machine(), pauses(), attributes(), interfaces();
	return 0;
}
