// C11 threads, attributes of POSIX threads and what takes a time, names for old programs.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define D(type, name, ...) extern type name(__VA_ARGS__)
static long shown;
static const struct timespec past = { 1, 0 };

D(int, __pthread_mutex_init, pthread_mutex_t *, const pthread_mutexattr_t *); D(int, __pthread_mutex_lock, pthread_mutex_t *); D(int, __pthread_mutex_trylock, pthread_mutex_t *); D(int, __pthread_mutex_unlock, pthread_mutex_t *); D(int, __pthread_mutex_destroy, pthread_mutex_t *);
D(int, __pthread_mutexattr_init, pthread_mutexattr_t *); D(int, __pthread_mutexattr_destroy, pthread_mutexattr_t *); D(int, __pthread_mutexattr_settype, pthread_mutexattr_t *, int); D(int, __pthread_key_create, pthread_key_t *, void (*)(void *)); D(void *, __pthread_getspecific, pthread_key_t); D(int, __pthread_setspecific, pthread_key_t, const void *);
D(int, __pthread_once, pthread_once_t *, void (*)(void)); D(int, __pthread_rwlock_init, pthread_rwlock_t *, const pthread_rwlockattr_t *); D(int, __pthread_rwlock_rdlock, pthread_rwlock_t *); D(int, __pthread_rwlock_tryrdlock, pthread_rwlock_t *); D(int, __pthread_rwlock_wrlock, pthread_rwlock_t *); D(int, __pthread_rwlock_trywrlock, pthread_rwlock_t *); D(int, __pthread_rwlock_unlock, pthread_rwlock_t *); D(int, __pthread_rwlock_destroy, pthread_rwlock_t *);
D(int, __register_atfork, void (*)(void), void (*)(void), void (*)(void), void *); D(int, __sched_get_priority_max, int); D(int, __sched_get_priority_min, int); D(int, __sched_getparam, pid_t, struct sched_param *); D(int, __sched_getscheduler, pid_t); D(int, __sched_setscheduler, pid_t, int, const struct sched_param *); D(int, __sched_yield, void); D(cpu_set_t *, __sched_cpualloc, size_t); D(void, __sched_cpufree, cpu_set_t *);
D(int, pthread_mutex_consistent_np, pthread_mutex_t *); D(int, pthread_mutexattr_setrobust_np, pthread_mutexattr_t *, int); D(int, pthread_mutexattr_getkind_np, const pthread_mutexattr_t *, int *); D(int, pthread_mutexattr_setkind_np, pthread_mutexattr_t *, int); D(int, pthread_yield, void); D(void, _pthread_cleanup_push, void *, void (*)(void *), void *); D(void, _pthread_cleanup_pop, void *, int);

// These have no default version any more.
#define OLD(name, version) __asm__(".symver " #name ", " #name "@" #version);
OLD(__pthread_getspecific, GLIBC_2.2.5) OLD(__pthread_mutex_destroy, GLIBC_2.2.5) OLD(__pthread_mutex_init, GLIBC_2.2.5) OLD(__pthread_mutex_lock, GLIBC_2.2.5) OLD(__pthread_mutex_trylock, GLIBC_2.2.5) OLD(__pthread_mutex_unlock, GLIBC_2.2.5) OLD(__pthread_mutexattr_destroy, GLIBC_2.2.5) OLD(__pthread_mutexattr_init, GLIBC_2.2.5) OLD(__pthread_mutexattr_settype, GLIBC_2.2.5) OLD(__pthread_once, GLIBC_2.2.5) OLD(__pthread_rwlock_destroy, GLIBC_2.2.5) OLD(__pthread_rwlock_init, GLIBC_2.2.5) OLD(__pthread_rwlock_rdlock, GLIBC_2.2.5) OLD(__pthread_rwlock_tryrdlock, GLIBC_2.2.5) OLD(__pthread_rwlock_trywrlock, GLIBC_2.2.5) OLD(__pthread_rwlock_unlock, GLIBC_2.2.5) OLD(__pthread_rwlock_wrlock, GLIBC_2.2.5) OLD(__pthread_setspecific, GLIBC_2.2.5) OLD(pthread_mutexattr_getkind_np, GLIBC_2.2.5) OLD(pthread_mutexattr_setkind_np, GLIBC_2.2.5)

static int run(void *p) { return thrd_yield(), *(int *)p; }
static void *sleeper(void *p) { usleep(200000); return p; }
static void *quick(void *p) { return p; }
static void once(void) { puts("once"); }
static const char *destroyed;
static void dtor(void *p) { destroyed = p; }
static tss_t tss;
static int with_tss(void *p) { tss_set(tss, p); thrd_exit(9); }
static void *dies_with_lock(void *m) { pthread_mutex_lock(m); return NULL; }

static void c11(void)
{
	thrd_t t;
	mtx_t m;
	cnd_t c;
	int v = 5, r;
	once_flag flag = ONCE_FLAG_INIT;

	E(thrd_create(&t, run, &v)), E(thrd_join(t, &r)), E(r), E(thrd_equal(thrd_current(), thrd_current())), E(thrd_create(&t, run, &v)), E(thrd_detach(t)), E(thrd_sleep(&(struct timespec){ 0, 1000 }, NULL)), call_once(&flag, once), call_once(&flag, once);
	E(mtx_init(&m, mtx_timed | mtx_recursive)), E(mtx_lock(&m)), E(mtx_trylock(&m)), E(mtx_timedlock(&m, &past)), E(mtx_unlock(&m)), E(mtx_unlock(&m)), E(mtx_unlock(&m)), mtx_destroy(&m), E(mtx_init(&m, 77)), E(mtx_init(&m, mtx_plain)), E(mtx_lock(&m)), E(mtx_trylock(&m));
	E(cnd_init(&c)), E(cnd_signal(&c)), E(cnd_broadcast(&c)), E(cnd_timedwait(&c, &m, &past)), E(mtx_unlock(&m)), cnd_destroy(&c), E(tss_create(&tss, dtor)), E(thrd_create(&t, with_tss, "value")), E(thrd_join(t, &r)), E(r), printf("destroyed %s\n", destroyed), E(tss_set(tss, "x")), E(*(char *)tss_get(tss)), tss_delete(tss);
}

static void attributes(void)
{
	pthread_attr_t a;
	pthread_condattr_t ca;
	pthread_mutexattr_t ma;
	pthread_rwlockattr_t ra;
	pthread_barrierattr_t ba;
	struct sched_param p;
	size_t n;
	void *stack;
	int v;
	clockid_t clock;

	E(pthread_attr_init(&a)), E(pthread_attr_getdetachstate(&a, &v)), E(v), E(pthread_attr_getinheritsched(&a, &v)), E(v), E(pthread_attr_getschedparam(&a, &p)), E(p.sched_priority), E(pthread_attr_getschedpolicy(&a, &v)), E(v), E(pthread_attr_getscope(&a, &v)), E(v), E(pthread_attr_setstacksize(&a, 65536)), E(pthread_attr_getstacksize(&a, &n)), E(n), E(pthread_attr_setguardsize(&a, 5)), E(pthread_attr_getguardsize(&a, &n)), E(n), E(pthread_attr_setstack(&a, &a, 5)), E(pthread_attr_setstack(&a, (void *)0x10000, 65536)), E(pthread_attr_getstack(&a, &stack, &n)), E(stack), E(pthread_attr_setstackaddr(&a, (void *)0x20000)), E(pthread_attr_getstackaddr(&a, &stack)), E(pthread_attr_destroy(&a));
	E(pthread_condattr_init(&ca)), E(pthread_condattr_getclock(&ca, &clock)), E(clock), E(pthread_condattr_setclock(&ca, CLOCK_MONOTONIC)), E(pthread_condattr_setclock(&ca, 77)), E(pthread_condattr_getpshared(&ca, &v)), E(v), E(pthread_condattr_setpshared(&ca, 1)), E(pthread_condattr_setpshared(&ca, 9)), E(pthread_condattr_destroy(&ca));
	E(pthread_mutexattr_init(&ma)), E(pthread_mutexattr_getprotocol(&ma, &v)), E(v), E(pthread_mutexattr_getpshared(&ma, &v)), E(v), E(pthread_mutexattr_getrobust(&ma, &v)), E(v), E(pthread_mutexattr_setrobust_np(&ma, 1)), E(pthread_mutexattr_getrobust_np(&ma, &v)), E(v), E(pthread_mutexattr_setkind_np(&ma, 1)), E(pthread_mutexattr_getkind_np(&ma, &v)), E(v), E(pthread_mutexattr_destroy(&ma));
	E(pthread_rwlockattr_init(&ra)), E(pthread_rwlockattr_getpshared(&ra, &v)), E(v), E(pthread_rwlockattr_setpshared(&ra, 1)), E(pthread_rwlockattr_setpshared(&ra, 3)), E(pthread_rwlockattr_getkind_np(&ra, &v)), E(v), E(pthread_rwlockattr_setkind_np(&ra, 2)), E(pthread_rwlockattr_setkind_np(&ra, 7)), E(pthread_rwlockattr_destroy(&ra)), E(pthread_barrierattr_init(&ba)), E(pthread_barrierattr_getpshared(&ba, &v)), E(v), E(pthread_barrierattr_setpshared(&ba, 1)), E(pthread_barrierattr_setpshared(&ba, 5)), E(pthread_barrierattr_destroy(&ba));
	E(pthread_getattr_default_np(&a)), E(pthread_setattr_default_np(&a)), E(pthread_getconcurrency()), E(pthread_setconcurrency(3)), E(pthread_getconcurrency()), E(pthread_setconcurrency(-1));
}

static void locks(void)
{
	pthread_mutex_t m;
	pthread_mutexattr_t ma;
	pthread_rwlock_t rw;
	pthread_cond_t c;
	pthread_barrier_t b;
	pthread_spinlock_t s;
	pthread_key_t k;
	pthread_once_t o = PTHREAD_ONCE_INIT;
	pthread_t t;
	void *r;
	int v;
	sem_t sem, *named;

	__pthread_mutexattr_init(&ma), E(__pthread_mutexattr_settype(&ma, PTHREAD_MUTEX_ERRORCHECK)), E(__pthread_mutex_init(&m, &ma)), E(__pthread_mutexattr_destroy(&ma)), E(__pthread_mutex_lock(&m)), E(__pthread_mutex_lock(&m)), E(__pthread_mutex_trylock(&m)), E(pthread_mutex_timedlock(&m, &past)), E(__pthread_mutex_unlock(&m)), E(__pthread_mutex_unlock(&m)), E(pthread_mutex_consistent(&m)), E(pthread_mutex_consistent_np(&m)), E(__pthread_mutex_destroy(&m));
	pthread_mutexattr_init(&ma), pthread_mutexattr_setrobust(&ma, 1), pthread_mutex_init(&m, &ma), pthread_create(&t, NULL, dies_with_lock, &m), pthread_join(t, NULL), E(pthread_mutex_lock(&m)), E(pthread_mutex_consistent(&m)), E(pthread_mutex_unlock(&m)), E(pthread_mutex_lock(&m)), E(pthread_mutex_unlock(&m));
	E(__pthread_rwlock_init(&rw, NULL)), E(__pthread_rwlock_rdlock(&rw)), E(__pthread_rwlock_tryrdlock(&rw)), E(__pthread_rwlock_trywrlock(&rw)), E(pthread_rwlock_timedrdlock(&rw, &past)), E(pthread_rwlock_timedwrlock(&rw, &past)), E(__pthread_rwlock_unlock(&rw)), E(__pthread_rwlock_unlock(&rw)), E(pthread_rwlock_unlock(&rw)), E(__pthread_rwlock_wrlock(&rw)), E(pthread_rwlock_tryrdlock(&rw)), E(pthread_rwlock_trywrlock(&rw)), E(pthread_rwlock_unlock(&rw)), E(__pthread_rwlock_destroy(&rw)), E(pthread_rwlock_init(&rw, NULL)), E(pthread_rwlock_destroy(&rw));
	E(pthread_cond_init(&c, NULL)), E(pthread_cond_signal(&c)), E(pthread_mutex_init(&m, NULL)), pthread_mutex_lock(&m), E(pthread_cond_timedwait(&c, &m, &past)), E(pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC, &past)), E(pthread_cond_timedwait(&c, &m, &(struct timespec){ 0, 1000000000 })), E(pthread_cond_destroy(&c)), E(pthread_barrier_init(&b, NULL, 1)), E(pthread_barrier_wait(&b)), E(pthread_barrier_destroy(&b)), E(pthread_spin_init(&s, 0)), E(pthread_spin_lock(&s)), E(pthread_spin_trylock(&s)), E(pthread_spin_unlock(&s)), E(pthread_spin_trylock(&s)), E(pthread_spin_destroy(&s));
	E(__pthread_key_create(&k, NULL)), E(__pthread_setspecific(k, "v")), E(*(char *)__pthread_getspecific(k)), E(pthread_key_delete(k)), E(pthread_key_delete(k)), E(__pthread_once(&o, once)), E(__pthread_once(&o, once));
	E(pthread_create(&t, NULL, sleeper, "r")), E(pthread_tryjoin_np(t, &r)), E(pthread_timedjoin_np(t, &r, &past)), E(pthread_clockjoin_np(t, &r, CLOCK_MONOTONIC, &past)), E(pthread_setname_np(t, "a name")), E(pthread_setname_np(t, "a name that is too long")), E(pthread_getname_np(t, (char[20]){ 0 }, 20)), E(pthread_getname_np(t, (char[5]){ 0 }, 5)), E(pthread_join(t, &r)), E(*(char *)r), pthread_create(&t, NULL, quick, NULL), E(pthread_detach(t)), E(pthread_equal(t, pthread_self()));
	E(pthread_getschedparam(pthread_self(), &v, (struct sched_param[1]){ 0 })), E(v), E(pthread_setschedparam(pthread_self(), 0, (struct sched_param[1]){ 0 })), E(pthread_setschedparam(pthread_self(), 0, (struct sched_param[1]){ 5 })), E(pthread_setschedparam(pthread_self(), 99, (struct sched_param[1]){ 0 })), E(pthread_setschedprio(pthread_self(), 0)), E(pthread_getcpuclockid(pthread_self(), (clockid_t[1]){ 0 })), E(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &v)), E(v), E(pthread_setcanceltype(9, &v)), E(pthread_setcancelstate(9, &v)), E(pthread_yield());
	E(__sched_get_priority_max(SCHED_FIFO)), E(sched_get_priority_max(0)), E(__sched_get_priority_min(SCHED_RR)), E(sched_get_priority_min(77)), E(__sched_getscheduler(0)), E(sched_getscheduler(0)), E(__sched_getparam(0, (struct sched_param[1]){ 0 })), E(sched_getparam(0, (struct sched_param[1]){ 0 })), E(__sched_setscheduler(0, 0, (struct sched_param[1]){ 0 })), E(sched_setscheduler(0, 0, (struct sched_param[1]){ 3 })), E(sched_setparam(0, (struct sched_param[1]){ 0 })), E(sched_rr_get_interval(-1, (struct timespec[1]){ 0 })), E(__sched_yield());
	__sched_cpufree(__sched_cpualloc(100));
	cpu_set_t set;
	E(pthread_getaffinity_np(pthread_self(), sizeof(set), &set)), E(pthread_setaffinity_np(pthread_self(), sizeof(set), &set)), memset(&set, 0, sizeof(set)), E(pthread_setaffinity_np(pthread_self(), sizeof(set), &set)), E(sched_setaffinity(0, sizeof(set), &set)), E(pthread_getaffinity_np(pthread_self(), 1, &set));
	E(sem_init(&sem, 0, 2)), E(sem_getvalue(&sem, &v)), E(v), E(sem_destroy(&sem)), E((named = sem_open("/uk-threads", O_CREAT | O_EXCL, 0600, 1)) != SEM_FAILED), E(sem_open("/uk-threads", O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED), E(sem_trywait(named)), E(sem_trywait(named)), E(sem_close(named)), E(sem_unlink("/uk-threads")), E(sem_unlink("/uk-threads")), E(sem_open("/uk-none", 0) == SEM_FAILED), E(sem_open("/a/b", O_CREAT, 0600, 1) == SEM_FAILED);
	E(__register_atfork(NULL, NULL, NULL, NULL)), E(pthread_atfork(NULL, NULL, NULL));
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	c11(), attributes(), locks();
	return 0;
}
