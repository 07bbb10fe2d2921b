/* Each thread has an identity of its own (credentials(7), capabilities(7)): what it changes with system calls is its own and
 * that of threads which it makes, what it changes with the C library is everybody's. Run as root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RESOURCE (1UL << 24)	/* not everybody's root has this one */

static const char *name = "/tmp/thread-identity";
static pthread_barrier_t barrier;

static void show(const char *who, const char *what, long r)
{
	printf("%s: %s: %s\n", who, what, r < 0 ? strerrorname_np(errno) : "yes");
}

static void tell(const char *who)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];
	gid_t groups[8];
	uid_t r, e, s;

	getresuid(&r, &e, &s);
	syscall(SYS_capget, &h, d);
	printf("%s: user %d %d %d group %d groups %d caps %lx %lx keep %d no new %d\n", who, r, e, s, getgid(), getgroups(8, groups),
		d[0].effective | (d[0].effective ? RESOURCE : 0), d[0].permitted | (d[0].permitted ? RESOURCE : 0), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	show(who, "reads the file", open(name, O_RDONLY | O_CLOEXEC));
	show(who, "gives it away", chown(name, 5, 6));
}

static void *child(void *arg)
{
	tell("its child");
	return NULL;
}

static void *other(void *arg)
{
	pthread_t t;
	gid_t g[] = { 7, 8 };

	tell("before");
	syscall(SYS_setgroups, 2, g);
	syscall(SYS_setresgid, 10, 10, 10);
	prctl(PR_SET_KEEPCAPS, 1);
	syscall(SYS_setresuid, 1000, 1000, 0);
	tell("changed");
	pthread_create(&t, NULL, child, NULL);
	pthread_join(t, NULL);
	syscall(SYS_setresuid, -1, 0, -1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	tell("root again");
	return NULL;
}

static void *waits(void *arg)
{
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	tell("the one that waited");
	return NULL;
}

int main(void)
{
	pthread_t t;

	close(open(name, O_WRONLY | O_CREAT, 0600));
	chmod(name, 0600);
	tell("main");
	pthread_create(&t, NULL, other, NULL);
	pthread_join(t, NULL);
	tell("main after it");
	for (int i = 0; i < 100; i++) {
		pthread_create(&t, NULL, (void *(*)(void *))(void (*)(void))syscall, (void *)(long)SYS_getpid);
		pthread_join(t, NULL);
	}
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&t, NULL, waits, NULL);
	pthread_barrier_wait(&barrier);
	gid_t g[] = { 3, 2, 1 };
	show("main", "changes the groups", setgroups(3, g));
	show("main", "changes the group", setresgid(20, 20, 20));
	show("main", "changes the user", setresuid(2000, 2000, 2000));
	pthread_barrier_wait(&barrier);
	pthread_join(t, NULL);
	tell("main at the end");
	return 0;
}
