/* Which futexes are the same, and what of them must be there. Scheduling by the C library's names; brk. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096

static long futex(int *addr, int op, int value, const void *timeout, int *addr2, int value3)
{
	long r = syscall(SYS_futex, addr, op, value, timeout, addr2, value3);

	return r < 0 ? -errno : r;
}

struct waiter {
	pthread_t thread;
	int *addr, op;
	int tid;
	long result;
};

static void *wait_there(void *p)
{
	struct waiter *w = p;
	struct timespec long_time = { 20, 0 };

	__atomic_store_n(&w->tid, gettid(), __ATOMIC_SEQ_CST);
	w->result = futex(w->addr, w->op, 0, &long_time, NULL, 0);
	return NULL;
}

/* Starts a thread that waits; returns when it sleeps. */
static void start(struct waiter *w, int *addr, int op)
{
	char name[64], state = 0;

	*w = (struct waiter){ .addr = addr, .op = op };
	pthread_create(&w->thread, NULL, wait_there, w);
	while (state != 'S') {
		usleep(1000);
		snprintf(name, sizeof(name), "/proc/self/task/%d/stat", __atomic_load_n(&w->tid, __ATOMIC_SEQ_CST));
		FILE *f = fopen(name, "r");
		if (f && fscanf(f, "%*d %*s %c", &state) != 1)
			state = 0;
		if (f)
			fclose(f);
	}
}

static void kinds(const char *what, int *wait, int *wake)
{
	struct waiter w;
	int other;

	for (int private = 0; private < 2; private++) {
		int flag = private ? FUTEX_PRIVATE_FLAG : 0;
		start(&w, wait, FUTEX_WAIT | flag);
		other = futex(wake, FUTEX_WAKE | (flag ^ FUTEX_PRIVATE_FLAG), 1, NULL, NULL, 0);
		printf("%s, %s: by the other kind %d", what, private ? "private" : "shared", other);
		long same = futex(wake, FUTEX_WAKE | flag, 1, NULL, NULL, 0);
		printf(", by its own %ld", same);
		if (!same && !other)
			futex(wait, FUTEX_WAKE | flag, 1, NULL, NULL, 0);
		pthread_join(w.thread, NULL);
		printf(", result %ld\n", w.result);
	}
}

static void same_bytes(void)
{
	static int plain;
	int f = open("/tmp/futexes.test", O_RDWR | O_CREAT | O_TRUNC, 0600);

	ftruncate(f, 2 * PAGE);
	int *a = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
	int *b = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, PAGE);
	int *anon = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int *again = mremap(anon, 0, PAGE, MREMAP_MAYMOVE);
	kinds("a variable", &plain, &plain);
	kinds("a file's page", a + PAGE / 4 + 2, b + 2);
	kinds("shared memory", anon + 5, again + 5);
	struct waiter w;
	start(&w, a + PAGE / 4, FUTEX_WAIT);
	printf("requeued from another address: %ld", futex(b, FUTEX_REQUEUE, 0, (void *)1, anon, 0));
	printf(", woken there %ld\n", futex(again, FUTEX_WAKE, 1, NULL, NULL, 0));
	pthread_join(w.thread, NULL);
	unlink("/tmp/futexes.test");
}

static void nothing_there(void)
{
	int word = 1, *none = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int private = FUTEX_PRIVATE_FLAG; private >= 0; private -= FUTEX_PRIVATE_FLAG) {
		printf("wait %ld", futex(none, FUTEX_WAIT | private, 0, NULL, NULL, 0));
		printf(" wake %ld", futex(NULL, FUTEX_WAKE | private, 1, NULL, NULL, 0));
		printf(" bits %ld", futex(NULL, FUTEX_WAKE_BITSET | private, 1, NULL, NULL, 1));
		printf(" compare %ld", futex(NULL, FUTEX_CMP_REQUEUE | private, 1, (void *)1, &word, 0));
		printf(" op %ld", futex(NULL, FUTEX_WAKE_OP | private, 0, NULL, &word, FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0)));
		printf(" = %d", word);
		printf(" far %ld\n", futex((int *)-4096L, FUTEX_WAKE | private, 1, NULL, NULL, 0));
	}
}

static int result(int r) { return r < 0 ? -errno : r; }

static void scheduling(void)
{
	struct sched_param p = { 7 }, none = { 0 }, one = { 1 };

	printf("param: %d %d", result(sched_getparam(0, &p)), p.sched_priority);
	printf(" %d %d", result(sched_getparam(getpid(), &p)), result(sched_getparam(-1, &p)));
	printf(" %d %d\n", result(sched_getparam(12345678, &p)), result(sched_getparam(0, NULL)));
	printf("scheduler: %d %d %d\n", result(sched_getscheduler(0)), result(sched_getscheduler(-1)), result(sched_getscheduler(12345678)));
	printf("to batch: %d %d", result(sched_setscheduler(0, SCHED_BATCH, &none)), result(sched_getscheduler(0)));
	printf(" back %d %d", result(sched_setscheduler(0, SCHED_OTHER, &none)), result(sched_getscheduler(0)));
	printf(" wrong %d %d", result(sched_setscheduler(0, SCHED_OTHER, &one)), result(sched_setscheduler(0, 77, &none)));
	printf(" param %d %d\n", result(sched_setparam(0, &none)), result(sched_setparam(0, &one)));
}

/* Fields 18, 19, 40 and 41 of /proc/self/stat. */
static void shown(void)
{
	char line[1024] = "";
	long field[64] = { 0 };
	int n = 3;

	setpriority(PRIO_PROCESS, 0, 7);
	FILE *f = fopen("/proc/self/stat", "r");
	fgets(line, sizeof(line), f);
	fclose(f);
	for (char *p = strtok(strrchr(line, ')') + 2, " "); p && n < 60; p = strtok(NULL, " "))
		sscanf(p, "%ld", &field[n++]);
	printf("priority %ld, nice %ld, real time %ld, policy %ld\n", field[18], field[19], field[40], field[41]);
}

int main(void)
{
	unsigned char one[4];

	setvbuf(stdout, NULL, _IONBF, 0);
	same_bytes();
	nothing_there();
	scheduling();
	shown();
	long now = syscall(SYS_brk, 0);
	printf("brk: %d %d\n", syscall(SYS_brk, -1L) == now, syscall(SYS_brk, 0) == now);
	printf("mincore: %d %d\n", result(mincore(NULL, -1, one)), result(mincore((void *)1, 1, one)));
	return 0;
}
