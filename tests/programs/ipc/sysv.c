// System V shared memory, semaphores and message queues, call by call (sysvipc(7)).
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SAY(call) say(#call, (errno = 0, (long)(call)))

static void say(const char *what, long r)
{
	printf("%s: %ld%s%s\n", what, r, r == -1 ? " " : "", r == -1 ? strerrorname_np(errno) : "");
}

union semun { int val; struct semid_ds *buf; unsigned short *array; struct seminfo *info; };

// The line of an object in one of /proc/sysvipc, from its mode on, without times.
static void show_line(const char *path, int id, int columns)
{
	char line[512];
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f)) {
		int key, got, at;
		if (sscanf(line, "%d %d%n", &key, &got, &at) != 2 || got != id)
			continue;
		printf("%s:", path);
		char *p = strtok(line + at, " \n");
		for (int i = 0; p && i < columns; i++, p = strtok(NULL, " \n"))
			printf(" %s", atoi(p) == getpid() && i > 1 ? "pid" : p);
		printf("\n");
	}
	if (f)
		fclose(f);
}

static void print_file(const char *path)
{
	char b[100] = "";
	FILE *f = fopen(path, "r");

	if (f) {
		if (fgets(b, sizeof(b), f) && 0)
			return;
		fclose(f);
	}
	printf("%s %s\n", path, *b ? "there" : "missing");
}

static void show_shm(int id)
{
	struct shmid_ds d;

	if (shmctl(id, IPC_STAT, &d)) {
		printf("stat %s\n", strerrorname_np(errno));
		return;
	}
	printf("mode %o size %zu attached %lu private %d cpid %d lpid %d atime %d dtime %d ctime %d\n", d.shm_perm.mode, d.shm_segsz,
		(unsigned long)d.shm_nattch, d.shm_perm.__key == IPC_PRIVATE, d.shm_cpid == getpid(), d.shm_lpid == getpid(), !!d.shm_atime,
		!!d.shm_dtime, !!d.shm_ctime);
}

static void test_shm(key_t key)
{
	SAY(shmget(key, 5000, 0600));
	SAY(shmget(key, 0, IPC_CREAT | 0600));
	int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640);
	printf("made %d\n", id >= 0);
	SAY(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600));
	printf("same %d\n", shmget(key, 0, 0) == id);
	SAY(shmget(key, 5001, 0));
	SAY(shmget(IPC_PRIVATE, 0, 0600));
	show_shm(id);
	char *a = shmat(id, NULL, 0), *b = shmat(id, NULL, SHM_RDONLY);
	printf("attached %d %d\n", a != (void *)-1, b != (void *)-1 && a != b);
	strcpy(a, "first");
	strcpy(a + 4990, "last");
	printf("%s %s %d\n", b, b + 4990, a[8000]);
	show_shm(id);
	show_line("/proc/sysvipc/shm", id, 5);
	SAY((long)shmat(id, a, 0));
	SAY((long)shmat(id, a + 1, 0));
	SAY((long)shmat(id, NULL, SHM_REMAP));
	SAY((long)shmat(-1, NULL, 0));
	printf("remap %d\n", shmat(id, b + 1, SHM_REMAP | SHM_RND) == b);
	strcpy(b, "again");
	printf("%s\n", a);
	munmap(b + 4096, 4096);
	SAY(shmdt(b + 4096));
	SAY(shmdt(b + 1));
	SAY(shmdt(b));
	SAY(shmdt(b));
	show_shm(id);
	struct shmid_ds d;
	shmctl(id, IPC_STAT, &d);
	d.shm_perm.mode = 0606;
	SAY(shmctl(id, IPC_SET, &d));
	d.shm_perm.uid = -1;
	SAY(shmctl(id, IPC_SET, &d));
	SAY(shmctl(id, SHM_LOCK, NULL));
	show_shm(id);
	SAY(shmctl(id, SHM_UNLOCK, NULL));
	struct shminfo info;
	struct shm_info used;
	printf("limits %d\n", shmctl(0, IPC_INFO, (void *)&info) >= 0 && info.shmmin == 1 && info.shmmni >= 4096);
	printf("usage %d\n", shmctl(0, SHM_INFO, (void *)&used) >= 0 && used.used_ids >= 1 && used.shm_tot >= 2);
	printf("by index %d\n", shmctl(id % 32768, SHM_STAT, &d) == id && d.shm_segsz == 5000);
	SAY(shmctl(id, 99, NULL));
	SAY(shmctl(-1, IPC_STAT, &d));
	SAY(shmctl(id, IPC_RMID, NULL));
	show_shm(id);
	SAY(shmget(key, 5000, 0));
	b = shmat(id, NULL, 0);
	printf("%s\n", b);
	SAY(shmdt(a));
	show_shm(id);
	munmap(b, 8192);
	show_shm(id);
	SAY((long)shmat(id, NULL, 0));
	print_file("/proc/sys/kernel/shmmax");
	print_file("/proc/sys/kernel/shmall");
	print_file("/proc/sys/kernel/shmmni");
}

static void show_sem(int id, int n)
{
	printf("semaphores:");
	for (int i = 0; i < n; i++)
		printf(" %d/%d/%d/%d", semctl(id, i, GETVAL), semctl(id, i, GETNCNT), semctl(id, i, GETZCNT), semctl(id, i, GETPID) == getpid());
	printf("\n");
}

static int set;
static void *take_two(void *unused)
{
	struct sembuf ops[] = { { 1, 0, 0 }, { 0, -2, SEM_UNDO } };

	return (void *)(long)(semop(set, ops, 2) ? errno : 0);
}

// Until as many wait for semaphore I.
static void await(int i, int grow, int zero)
{
	while (semctl(set, i, GETNCNT) != grow || semctl(set, i, GETZCNT) != zero)
		usleep(1000);
}

static void nothing(int sig)
{
}

static void join(const char *what, pthread_t t)
{
	void *r;

	pthread_join(t, &r);
	printf("%s: %s\n", what, r ? strerrorname_np((long)r) : "0");
}

static void test_sem(key_t key)
{
	pthread_t t;
	union semun u;
	struct semid_ds d;

	SAY(semget(key, 3, 0));
	SAY(semget(key, 0, IPC_CREAT | 0600));
	SAY(semget(key, -1, IPC_CREAT | 0600));
	SAY(semget(key, 32001, IPC_CREAT | 0600));
	set = semget(key, 3, IPC_CREAT | IPC_EXCL | 0660);
	printf("same %d\n", semget(key, 2, 0) == set);
	SAY(semget(key, 4, 0));
	show_sem(set, 3);
	u.buf = &d;
	SAY(semctl(set, 0, IPC_STAT, u));
	printf("mode %o count %lu otime %d ctime %d\n", d.sem_perm.mode, d.sem_nsems, !!d.sem_otime, !!d.sem_ctime);
	unsigned short all[3] = { 1, 2, 3 };
	u.array = all;
	SAY(semctl(set, 0, SETALL, u));
	all[2] = 40000;
	SAY(semctl(set, 0, SETALL, u));
	memset(all, 0, sizeof(all));
	SAY(semctl(set, 0, GETALL, u));
	printf("%d %d %d\n", all[0], all[1], all[2]);
	u.val = 32768;
	SAY(semctl(set, 0, SETVAL, u));
	u.val = -1;
	SAY(semctl(set, 0, SETVAL, u));
	u.val = 7;
	SAY(semctl(set, 3, SETVAL, u));
	SAY(semctl(set, 3, GETVAL));
	SAY(semctl(set, 2, SETVAL, u));
	show_sem(set, 3);

	struct sembuf bad = { 3, 1, 0 }, wait = { 0, -5, IPC_NOWAIT }, over = { 2, 32767, 0 }, zero = { 1, 0, IPC_NOWAIT };
	SAY(semop(set, &bad, 1));
	SAY(semop(set, &wait, 1));
	SAY(semop(set, &over, 1));
	SAY(semop(set, &zero, 1));
	SAY(semop(set, &zero, 0));
	SAY(semop(set, &zero, 501));
	SAY(semop(-1, &zero, 1));
	SAY(semop(set, (void *)8, 1));
	struct sembuf both[] = { { 0, -1, 0 }, { 2, -8, IPC_NOWAIT } };
	SAY(semop(set, both, 2));
	show_sem(set, 3);
	both[1].sem_op = -7;
	SAY(semop(set, both, 2));
	show_sem(set, 3);
	show_line("/proc/sysvipc/sem", set, 2);
	struct timespec soon = { 0, 10000000 }, wrong = { 0, 1000000000 };
	both[1].sem_flg = 0;
	SAY(semtimedop(set, both, 2, &soon));
	SAY(semtimedop(set, both, 2, &wrong));
	show_sem(set, 3);

	pthread_create(&t, NULL, take_two, NULL);
	await(1, 0, 1);
	show_sem(set, 3);
	u.val = 0;
	semctl(set, 1, SETVAL, u);
	await(0, 1, 0);
	show_sem(set, 3);
	struct sembuf one = { 0, 1, 0 };
	SAY(semop(set, &one, 1));
	show_sem(set, 3);
	SAY(semop(set, &one, 1));
	join("done", t);
	show_sem(set, 3);
	struct sigaction sa = { .sa_handler = nothing, .sa_flags = SA_RESTART };
	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&t, NULL, take_two, NULL);
	await(0, 1, 0);
	pthread_kill(t, SIGUSR1);
	join("signal", t);
	show_sem(set, 3);
	pthread_create(&t, NULL, take_two, NULL);
	await(0, 1, 0);
	u.buf = &d;
	semctl(set, 0, IPC_STAT, u);
	printf("otime %d\n", !!d.sem_otime);
	d.sem_perm.mode = 0604;
	SAY(semctl(set, 0, IPC_SET, u));
	semctl(set, 0, IPC_STAT, u);
	printf("mode %o\n", d.sem_perm.mode);
	struct seminfo info;
	u.info = &info;
	printf("limits %d %d\n", semctl(0, 0, IPC_INFO, u) >= 0, info.semvmx);
	printf("usage %d %d\n", semctl(0, 0, SEM_INFO, u) >= 0, info.semusz >= 1 && info.semaem >= 3);
	u.buf = &d;
	printf("by index %d\n", semctl(set % 32768, 0, SEM_STAT, u) == set);
	SAY(semctl(set, 0, IPC_RMID));
	join("removed", t);
	SAY(semctl(set, 0, GETVAL));
	SAY(semctl(set, 0, 99));
	print_file("/proc/sys/kernel/sem");
}

static int queue;
struct text { long type; char text[9000]; };

#include "asleep.h"

static void *receive(void *unused)
{
	struct text m;

	waiter = syscall(SYS_gettid);
	long n = msgrcv(queue, &m, sizeof(m.text), 9, 0);

	return (void *)(n < 0 ? errno : n);
}

static void *fill(void *unused)
{
	struct text m = { 5, "x" };

	waiter = syscall(SYS_gettid);
	return (void *)(long)(msgsnd(queue, &m, 8000, 0) ? errno : 0);
}

static void show_queue(void)
{
	struct msqid_ds d;

	if (msgctl(queue, IPC_STAT, &d))
		printf("stat %s\n", strerrorname_np(errno));
	else
		printf("mode %o messages %lu bytes %lu limit %lu sender %d receiver %d times %d%d%d\n", d.msg_perm.mode, d.msg_qnum,
			d.__msg_cbytes, d.msg_qbytes, d.msg_lspid == getpid(), d.msg_lrpid == getpid(), !!d.msg_stime, !!d.msg_rtime,
			!!d.msg_ctime);
}

static void put(long type, const char *text)
{
	struct text m = { type, "" };

	strcpy(m.text, text);
	SAY(msgsnd(queue, &m, strlen(text) + 1, IPC_NOWAIT));
}

static void get(long type, long size, int flags)
{
	struct text m = { 0, "" };
	long n = msgrcv(queue, &m, size, type, flags | IPC_NOWAIT);

	printf("get %ld %o: ", type, flags);
	if (n < 0)
		printf("%s\n", strerrorname_np(errno));
	else
		printf("%ld %ld %.*s\n", n, m.type, (int)n, m.text);
}

static void test_msg(key_t key)
{
	static struct text big = { 1, "" };
	pthread_t t;

	SAY(msgget(key, 0));
	queue = msgget(key, IPC_CREAT | IPC_EXCL | 0620);
	printf("same %d\n", msgget(key, 0) == queue);
	SAY(msgget(key, IPC_CREAT | IPC_EXCL));
	show_queue();
	put(0, "none");
	put(-3, "none");
	SAY(msgsnd(queue, &big, 8193, 0));
	SAY(msgsnd(queue, &big, -1, 0));
	SAY(msgsnd(-1, &big, 1, 0));
	SAY(msgsnd(queue, (void *)8, 1, 0));
	put(3, "three");
	put(1, "one");
	put(2, "two");
	put(3, "three again");
	put(LONG_MAX, "greatest");
	show_queue();
	show_line("/proc/sysvipc/msg", queue, 5);
	get(7, 100, 0);
	get(2, 100, 0);
	get(-2, 100, 0);
	get(-2, 100, 0);
	get(3, 3, 0);
	get(3, 3, MSG_NOERROR);
	get(3, 100, MSG_EXCEPT);
	get(0, 100, 0);
	get(LONG_MIN, 100, 0);
	put(LONG_MAX, "greatest");
	get(LONG_MIN, 100, 0);
	SAY(msgrcv(queue, &big, -1, 0, IPC_NOWAIT));
	SAY(msgrcv(queue, &big, 1, 0, MSG_COPY));
	show_queue();

	SAY(msgsnd(queue, &big, 8192, 0));
	SAY(msgsnd(queue, &big, 8192, 0));
	SAY(msgsnd(queue, &big, 1, IPC_NOWAIT));
	SAY(msgsnd(queue, &big, 0, IPC_NOWAIT));
	pthread_create(&t, NULL, fill, NULL);
	until_asleep();
	get(0, 9000, 0);
	join("filled", t);
	show_queue();
	pthread_create(&t, NULL, receive, NULL);
	until_asleep();
	pthread_kill(t, SIGUSR1);
	join("signal", t);
	pthread_create(&t, NULL, receive, NULL);
	until_asleep();
	struct msqid_ds d;
	msgctl(queue, IPC_STAT, &d);
	d.msg_qbytes = 16300;
	d.msg_perm.mode = 0666;
	SAY(msgctl(queue, IPC_SET, &d));
	show_queue();
	put(9, "for the thread");
	void *n;
	pthread_join(t, &n);
	printf("received %ld\n", (long)n);
	struct msginfo info;
	printf("limits %d %d %d\n", msgctl(0, IPC_INFO, (void *)&info) >= 0, info.msgmax >= 8192, info.msgmnb >= 16384);
	printf("usage %d %d\n", msgctl(0, MSG_INFO, (void *)&info) >= 0, info.msgpool >= 1);
	printf("by index %d\n", msgctl(queue % 32768, MSG_STAT, &d) == queue);
	pthread_create(&t, NULL, receive, NULL);
	until_asleep();
	SAY(msgctl(queue, IPC_RMID, NULL));
	join("removed", t);
	SAY(msgctl(queue, IPC_RMID, NULL));
	show_queue();
	print_file("/proc/sys/kernel/msgmax");
	print_file("/proc/sys/kernel/msgmnb");
	print_file("/proc/sys/kernel/msgmni");
}

int main(int argc, char **argv)
{
	char name[] = "/tmp/uk-ipc-XXXXXX";
	int fd = mkstemp(name);
	struct stat st;

	setvbuf(stdout, NULL, _IONBF, 0);
	fstat(fd, &st);
	key_t key = ftok(name, 'k');
	printf("key %d\n", key == ((st.st_ino & 0xffff) | (st.st_dev & 0xff) << 16 | (key_t)'k' << 24));
	SAY(ftok("/nowhere/to/be/found", 1));
	// Keys nobody else has: the number of the process is in them.
	test_shm(0x55000000 + getpid());
	test_sem(0x55000000 + getpid());
	test_msg(0x55000000 + getpid());
	unlink(name);
	return 0;
}
