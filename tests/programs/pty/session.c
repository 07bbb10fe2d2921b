/* The controlling terminal of a session leader. A program that leads no session becomes one in a child. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SAY(what, call) do { errno = 0; long r_ = (call); printf("%-30s %ld %s\n", what, r_, r_ < 0 ? strerrorname_np(errno) : "ok"); } while (0)
/* The same for what may be this process's number. */
#define SAY_ID(what, call) SAY(what, same((call)))

static long same(long id)
{
	return id == getpid() ? 1000 : id;
}

static volatile sig_atomic_t got[65], code[65], sender[65];

static void handler(int sig, siginfo_t *info, void *unused)
{
	got[sig]++;
	code[sig] = info->si_code;
	sender[sig] = info->si_pid;
}

static void signals(const char *what)
{
	static const int all[] = { SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGTTIN, SIGTTOU };

	printf("%s:", what);
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (got[all[i]]) {
			printf(" SIG%s %d code %x from %d", sigabbrev_np(all[i]), got[all[i]], code[all[i]], sender[all[i]] ? (int)same(sender[all[i]]) : 0);
			got[all[i]] = 0;
		}
	printf("\n");
}

static int master, slave;
static char path[64];

static void make(int flags)
{
	int n;

	master = open("/dev/ptmx", O_RDWR);
	unlockpt(master);
	ioctl(master, TIOCGPTN, &n);
	snprintf(path, sizeof(path), "/dev/pts/%d", n);
	slave = open(path, O_RDWR | flags);
}

/* Fields 7 and 8 of /proc/self/stat: the terminal, and its group. */
static void stat_fields(void)
{
	char b[1000], *p;
	int fd = open("/proc/self/stat", O_RDONLY), n = read(fd, b, sizeof(b) - 1), group;
	unsigned device;
	struct stat st;

	close(fd);
	b[n < 0 ? 0 : n] = 0;
	p = strrchr(b, ')');
	fstat(slave, &st);
	if (p && sscanf(p + 2, "%*c %*d %*d %*d %u %d", &device, &group) == 2)
		printf("in /proc: %d %d\n", device == st.st_rdev ? 1 : device ? 2 : 0, (int)same(group));
}

static void asked(const char *what)
{
	int n = -1;

	printf("-- %s\n", what);
	SAY_ID("slave's group", tcgetpgrp(slave));
	SAY_ID("master's group", tcgetpgrp(master));
	SAY_ID("slave's session", tcgetsid(slave));
	SAY_ID("master's session", tcgetsid(master));
	stat_fields();
	int fd = open("/dev/tty", O_RDWR);
	printf("/dev/tty %s\n", fd < 0 ? strerrorname_np(errno) : "opens");
	if (fd >= 0) {
		struct stat st;
		fstat(fd, &st);
		printf("it is %u:%u, %s\n", major(st.st_rdev), minor(st.st_rdev), ttyname(fd));
		SAY_ID("its group", tcgetpgrp(fd));
		ioctl(fd, TIOCGDEV, &n);
		struct stat of;
		fstat(slave, &of);
		printf("really the slave %d\n", (dev_t)n == of.st_rdev);
		close(fd);
	}
}

/* poll() waits for what is on its way, if there is nothing to read yet. */
static void arrived(void)
{
	struct pollfd p = { .fd = slave, .events = POLLIN };

	poll(&p, 1, 0);
}

static void keys(void)
{
	char b[32];

	write(master, "ab\003", 3);
	arrived();
	signals("interrupt");
	write(master, "\034", 1);
	arrived();
	signals("quit");
	write(master, "\032", 1);
	arrived();
	signals("suspend");
	write(master, "c\n", 2);
	arrived();
	SAY("what is left", read(slave, b, sizeof(b)));
	SAY("TIOCSIG", ioctl(master, TIOCSIG, SIGQUIT));
	signals("by ioctl");
	SAY("TIOCSIG other", ioctl(master, TIOCSIG, SIGHUP));
	SAY("TIOCSIG of the slave", ioctl(slave, TIOCSIG, SIGINT));
	struct winsize w = { 10, 20, 30, 40 };
	SAY("size", ioctl(master, TIOCSWINSZ, &w));
	signals("size");
	SAY("the same size", ioctl(slave, TIOCSWINSZ, &w));
	signals("the same size");
	w.ws_xpixel = 0;
	SAY("other pixels", ioctl(slave, TIOCSWINSZ, &w));
	signals("other pixels");
}

static void groups(void)
{
	SAY("own group", tcsetpgrp(slave, getpid()));
	SAY("by the master", tcsetpgrp(master, getpid()));
	SAY("negative", tcsetpgrp(slave, -1));
	SAY("none", tcsetpgrp(slave, 99999999));
	SAY("bad pointer", ioctl(slave, TIOCSPGRP, 16));
	SAY("bad pointer to ask", ioctl(slave, TIOCGPGRP, 16));
	SAY("bad pointer for session", ioctl(slave, TIOCGSID, 16));
}

static void run(void)
{
	struct sigaction a = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	for (int i = 1; i < 32; i++)
		if (i != SIGKILL && i != SIGSTOP && i != SIGSEGV && i != SIGCHLD && i != SIGPIPE)
			sigaction(i, &a, NULL);
	make(O_NOCTTY);
	asked("opened with O_NOCTTY");
	SAY("give up what one has not", ioctl(slave, TIOCNOTTY));
	SAY("and of the master", ioctl(master, TIOCNOTTY));
	SAY("take", ioctl(slave, TIOCSCTTY, 0));
	asked("taken");
	SAY("take again", ioctl(slave, TIOCSCTTY, 0));
	int m2 = master, s2 = slave;
	char old[64];
	strcpy(old, path);
	make(0);
	asked("another one");
	SAY("take another", ioctl(slave, TIOCSCTTY, 0));
	SAY_ID("its group", tcsetpgrp(slave, getpid()));
	close(slave);
	close(master);
	signals("the other closed");
	master = m2;
	slave = s2;
	strcpy(path, old);
	keys();
	groups();
	signals("so far");
	SAY("the master cannot give up", ioctl(master, TIOCNOTTY));
	SAY("give up", ioctl(slave, TIOCNOTTY));
	signals("given up");
	asked("given up");
	write(master, "\003", 1);
	arrived();
	signals("interrupt without session");
	SAY("by the master", ioctl(master, TIOCSCTTY, 0));
	asked("taken by the master");
	close(slave);
	signals("slave closed");
	slave = open("/dev/tty", O_RDWR);
	printf("open by /dev/tty %d\n", slave >= 0);
	write(slave, "x", 1);
	char c = 0;
	do
		SAY("written", read(master, &c, 1));
	while (c != 'x');
	close(master);
	signals("master closed");
	SAY("read", read(slave, &c, 1));
	SAY("write", write(slave, &c, 1));
	SAY("/dev/tty", open("/dev/tty", O_RDWR));
	close(slave);
	make(O_NOCTTY);
	close(slave);
	slave = open(path, O_WRONLY);
	SAY_ID("write only", tcgetpgrp(slave));
	close(slave);
	slave = open(path, O_RDONLY);
	asked("opened without O_NOCTTY");
	SAY("hang up", ioctl(slave, TIOCVHANGUP));
	signals("hung up");
	SAY("read", read(slave, &c, 1));
	struct pollfd p = { .fd = master, .events = POLLIN | POLLOUT };
	poll(&p, 1, 0);
	printf("master %x\n", p.revents);
	close(slave);
	slave = open(path, O_RDWR);
	asked("opened after that");
	poll(&p, 1, 0);
	printf("master %x\n", p.revents);
	close(slave);
	close(master);
	signals("end");
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	if (getsid(0) != getpid()) {	/* not in a guest, which has no other process */
		int status;
		pid_t child = fork();
		if (!child) {
			setsid();
			run();
			_exit(0);
		}
		waitpid(child, &status, 0);
		return status ? 1 : 0;
	}
	run();
	return 0;
}
