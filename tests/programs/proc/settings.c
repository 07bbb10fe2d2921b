/* Settings of /proc/sys say what the kernel does: each is tried. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static char *text(const char *name)
{
	static char buf[4096];
	int fd, n;

	snprintf(buf, sizeof buf, "/proc/sys/%s", name);
	fd = open(buf, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);
	close(fd);
	buf[n < 0 ? 0 : n] = 0;
	if (n < 0)
		printf("%s: %s\n", name, strerror(errno));
	return buf;
}

static unsigned long value(const char *name)
{
	return strtoul(text(name), NULL, 10);
}

static void map_count(void)
{
	unsigned long most = value("vm/max_map_count"), n = 0;
	char *base = mmap(NULL, (most + 100) * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	munmap(base, (most + 100) * 4096);
	while (n < most + 100 && mmap(base + n * 4096, 4096, n & 1 ? PROT_NONE : PROT_READ,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
		n++;
	printf("map count: error %d, near the limit %d\n", errno, n > most - 200 && n <= most);
}

static void limits(void)
{
	unsigned long n = value("kernel/ngroups_max");
	gid_t *groups = calloc(n + 1, sizeof(*groups));
	struct rlimit r = { 64, value("fs/nr_open") + 1 };

	printf("groups: %d", setgroups(n, groups));
	printf(" %d", setgroups(n + 1, groups));
	printf(" %d\n", errno);
	setgroups(0, NULL);
	free(groups);
	printf("files: %d", setrlimit(RLIMIT_NOFILE, &r));
	printf(" %d\n", errno);
	n = value("kernel/cap_last_cap");
	printf("capabilities: %d", prctl(PR_CAPBSET_READ, n) >= 0);
	printf(" %d\n", prctl(PR_CAPBSET_READ, n + 1));
	printf("thread id is below pid_max: %d\n", (unsigned long)gettid() < value("kernel/pid_max"));
	printf("there may be threads: %d\n", value("kernel/threads-max") > 100);
}

static void memory(void)
{
	void *p = mmap(NULL, 1UL << 46, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long lowest = value("vm/mmap_min_addr");

	printf("what overcommits is refused: %d\n", (p == MAP_FAILED) == (value("vm/overcommit_memory") != 1));
	printf("lowest address: %d", mmap((void *)lowest, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (void *)lowest);
	printf(" %d\n", mmap((void *)lowest - 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
}

static void pipes(void)
{
	unsigned long n = value("fs/pipe-max-size");
	int fds[2];

	pipe(fds);
	printf("pipe: %d", fcntl(fds[0], F_SETPIPE_SZ, n) == (int)n);
	printf(" %d", fcntl(fds[0], F_SETPIPE_SZ, 2 * n));
	printf(" %d\n", errno);
	close(fds[0]);
	close(fds[1]);
}

static void messages(void)
{
	struct mq_attr a = { .mq_maxmsg = value("fs/mqueue/msg_max"), .mq_msgsize = 1 };
	unsigned long n = value("kernel/msgmax");
	char *m = calloc(1, n + 16);
	int id = msgget(IPC_PRIVATE, 0600);
	mqd_t q = mq_open("/settings", O_CREAT | O_RDWR, 0600, &a);

	printf("queue: %d", q >= 0);
	mq_unlink("/settings");
	a.mq_maxmsg++;
	printf(" %d", mq_open("/settings", O_CREAT | O_RDWR, 0600, &a));
	printf(" %d\n", errno);
	a = (struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = value("fs/mqueue/msgsize_max") + 1 };
	printf("message of a queue: %d", mq_open("/settings", O_CREAT | O_RDWR, 0600, &a));
	printf(" %d\n", errno);
	*(long *)m = 1;
	printf("message: %d", msgsnd(id, m, n, IPC_NOWAIT));
	printf(" %d", msgsnd(id, m, n + 1, IPC_NOWAIT));
	printf(" %d\n", errno);
	msgctl(id, IPC_RMID, NULL);
	free(m);
}

static void events(void)
{
	unsigned long most = value("fs/inotify/max_queued_events"), n = 0;
	struct inotify_event e[64];
	int in = inotify_init1(IN_NONBLOCK), r;

	mkdir("/tmp/settings", 0700);
	inotify_add_watch(in, "/tmp/settings", IN_CREATE | IN_DELETE);
	for (unsigned long i = 0; i <= most; i++) {
		if (i & 1)
			unlink("/tmp/settings/x");
		else
			close(open("/tmp/settings/x", O_CREAT | O_WRONLY, 0600));
	}
	unlink("/tmp/settings/x");
	rmdir("/tmp/settings");
	for (; (r = read(in, e, sizeof e)) > 0;)
		for (char *p = (char *)e; p < (char *)e + r; p += sizeof(*e) + ((struct inotify_event *)p)->len)
			n += !(((struct inotify_event *)p)->mask & IN_Q_OVERFLOW);
	printf("queued events: %d\n", n == most);
	close(in);
}

static void names(void)
{
	struct utsname u;
	struct pollfd p = { open("/proc/sys/kernel/domainname", O_RDWR), POLLERR | POLLPRI, 0 };
	char old[65];

	uname(&u);
	printf("host %d", !strncmp(text("kernel/hostname"), u.nodename, strlen(u.nodename)));
	printf(" release %d", !strncmp(text("kernel/osrelease"), u.release, strlen(u.release)));
	printf(" version %d\n", !strncmp(text("kernel/version"), u.version, strlen(u.version)));
	strcpy(old, u.domainname);
	printf("no change %d", poll(&p, 1, 0));
	setdomainname("settings.test", 13);
	printf(", change %d", poll(&p, 1, 0));
	printf(" %x", p.revents & (POLLERR | POLLPRI));
	printf(", then %d: %s", poll(&p, 1, 0), text("kernel/domainname"));
	printf("written %zd", pwrite(p.fd, "other.test\nx", 12, 0));
	uname(&u);
	printf(" %s %d\n", u.domainname, poll(&p, 1, 0));
	setdomainname(old, strlen(old));
	close(p.fd);
}

int main(void)
{
	static const char *const fixed[] = { "kernel/overflowuid", "kernel/overflowgid", "fs/overflowuid", "fs/overflowgid",
		"fs/mqueue/queues_max", "kernel/random/poolsize", "kernel/random/entropy_avail" };

	setvbuf(stdout, NULL, _IONBF, 0);
	for (unsigned i = 0; i < sizeof fixed / sizeof *fixed; i++)
		printf("%s %s", fixed[i], text(fixed[i]));
	printf("addresses are random: %d\n", value("kernel/randomize_va_space") != 0);
	limits();
	events();
	names();
	if (seteuid(65534))
		perror("seteuid");
	memory();
	pipes();
	messages();
	map_count();	/* last: nothing more can be mapped */
	return 0;
}
