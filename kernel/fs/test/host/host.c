/* What kernel/fs expects of the kernel, on top of the host's libc: the kernel
 * lock is a mutex, threads are pthreads, pages come from one arena. */
#include "kernel.h"
#include "clock.h"
#include "cpu.h"
#include "driver.h"
#include "identity.h"
#include "limits.h"
#include "linux_file.h"
#include "vfs.h"
#include "host.h"

#define ARENA_PAGES	(1UL << 17)

/* --- libc, declared by hand: its headers clash with the kernel's --- */
typedef struct { long opaque[8]; } mutex_t, cond_t;
int pthread_mutex_init(mutex_t *, const void *);
int pthread_mutex_lock(mutex_t *);
int pthread_mutex_unlock(mutex_t *);
int pthread_cond_init(cond_t *, const void *);
int pthread_cond_wait(cond_t *, mutex_t *);
int pthread_cond_clockwait(cond_t *, mutex_t *, int, const struct timespec *);
int pthread_cond_broadcast(cond_t *);
int pthread_create(unsigned long *, const void *, void *(*)(void *), void *);
int pthread_join(unsigned long, void **);
int clock_gettime(int, struct timespec *);
void *mmap(void *, size_t, int, int, int, long);
int vprintf(const char *, va_list);
int vsnprintf(char *, size_t, const char *, va_list);
int fflush(void *);
void __asan_poison_memory_region(const volatile void *, size_t);
void __asan_unpoison_memory_region(const volatile void *, size_t);

struct host_thread {
	struct thread t;
	cond_t cond;
	bool woken;
};

static mutex_t lock;
static __thread struct host_thread *me;
struct list all_threads = LIST_INIT(all_threads);
int thread_count;
unsigned cpu_count = 2;
static struct cpu fake_cpu;

static void adopt_thread(int tid)
{
	me = calloc(1, sizeof(*me));
	me->t.self = &me->t;
	me->t.tid = tid;
	me->t.state = THREAD_RUNNING;
	me->t.cpu = &fake_cpu;
	memcpy(me->t.name, "host", 5);
	pthread_cond_init(&me->cond, NULL);
	syscall(158, 0x1001, &me->t);	/* arch_prctl(ARCH_SET_GS) */
	list_append(&all_threads, &me->t.all);
	thread_count++;
}

void klock(void)
{
	if (me->t.lock_depth++ == 0)
		pthread_mutex_lock(&lock);
}

void kunlock(void)
{
	if (--me->t.lock_depth == 0)
		pthread_mutex_unlock(&lock);
}

void waitq_init(struct waitq *q)
{
	*q = (struct waitq)WAITQ_INIT(*q);
}

int wait_on(struct waitq *q, ns_t deadline, bool interruptible)
{
	u32 depth = me->t.lock_depth;
	int err = 0;

	if (!depth)
		panic("wait_on without the lock");
	list_append(&q->threads, &me->t.run);
	me->woken = false;
	me->t.state = THREAD_BLOCKED;
	while (!me->woken && !err) {
		struct timespec until = { deadline / 1000000000, deadline % 1000000000 };
		if (deadline == FOREVER)
			pthread_cond_wait(&me->cond, &lock);
		else
			err = pthread_cond_clockwait(&me->cond, &lock, CLOCK_MONOTONIC, &until);
	}
	if (!me->woken)
		list_remove(&me->t.run);
	me->t.state = THREAD_RUNNING;
	me->t.lock_depth = depth;
	return me->woken ? 0 : -err;
}

ns_t dead_threads_time;		/* core/thread/create.c */

static void wake(struct list *l)
{
	struct host_thread *t = container_of(container_of(l, struct thread, run), struct host_thread, t);

	list_remove(l);
	t->woken = true;
	pthread_cond_broadcast(&t->cond);
}

void wake_one(struct waitq *q)
{
	if (!list_empty(&q->threads))
		wake(q->threads.next);
	waitq_notify(q, ~0u);
}

void wake_all_for(struct waitq *q, u32 events)
{
	while (!list_empty(&q->threads))
		wake(q->threads.next);
	waitq_notify(q, events);
}

void wake_all(struct waitq *q)
{
	wake_all_for(q, ~0u);
}

static unsigned long pthreads[64];
static int pthread_count;
static void (*entries[64])(void *);
static void *args[64];

static void *run(void *slot)
{
	long i = (long)slot;

	pthread_mutex_lock(&lock);
	adopt_thread(2 + i);
	pthread_mutex_unlock(&lock);
	entries[i](args[i]);
	klock();
	list_remove(&me->t.all);
	thread_count--;
	kunlock();
	return NULL;
}

void host_thread(void (*fn)(void *), void *arg)
{
	entries[pthread_count] = fn;
	args[pthread_count] = arg;
	pthread_create(&pthreads[pthread_count], NULL, run, (void *)(long)pthread_count);
	pthread_count++;
}

void host_join(void)
{
	while (pthread_count)
		pthread_join(pthreads[--pthread_count], NULL);
}

/* --- memory --- */
u64 mem_total_pages = ARENA_PAGES, mem_free_pages = ARENA_PAGES, mem_lent_pages, mem_kept_pages;
static u8 *arena;
static u64 bump;
static void *given_back[10];
static u16 refs[ARENA_PAGES];

static u64 number(const void *p)
{
	u64 n = ((const u8 *)p - arena) / PAGE_SIZE;

	if (n >= ARENA_PAGES || (u64)p % PAGE_SIZE)
		panic("not a page: %p", p);
	return n;
}

void *page_alloc_user(bool zeroed)
{
	return pages_alloc(0, zeroed);
}

void out_of_memory(const char *what)
{
	panic("out of memory %s", what);
}

struct rlimit rlimits[RLIM_NLIMITS];

void *pages_take(unsigned order, bool zeroed)
{
	if (mem_free_pages < 1UL << order || (!given_back[order] && bump + (1UL << order) >= ARENA_PAGES))
		return NULL;
	u8 *p = given_back[order];
	if (p) {
		__asan_unpoison_memory_region(p, PAGE_SIZE << order);
		given_back[order] = *(void **)p;
	} else {
		/* a page that must not be touched is behind each block */
		p = arena + bump * PAGE_SIZE;
		bump += (1UL << order) + 1;
		__asan_poison_memory_region(arena + (bump - 1) * PAGE_SIZE, PAGE_SIZE);
	}
	memset(p, zeroed ? 0 : 0xa5, PAGE_SIZE << order);
	mem_free_pages -= 1UL << order;
	refs[number(p)] = 1;
	return p;
}

void *pages_alloc(unsigned order, bool zeroed)
{
	void *p;

	while (!(p = pages_take(order, zeroed)))
		if (order || !pagecache_reclaim(64))	/* what it gives back are single pages here */
			return NULL;
	return p;
}

void pages_free(void *p, unsigned order)
{
	if (refs[number(p)] != 1)
		panic("pages_free of a page with %d references", refs[number(p)]);
	refs[number(p)] = 0;
	memset(p, 0x5a, PAGE_SIZE << order);
	*(void **)p = given_back[order];
	given_back[order] = p;
	mem_free_pages += 1UL << order;
	__asan_poison_memory_region(p, PAGE_SIZE << order);
}

void pages_split(void *p, unsigned order)
{
	for (u64 i = 0; i < 1UL << order; i++)
		refs[number(p) + i] = 1;
}

void page_get(void *p)
{
	if (!refs[number(p)]++)
		panic("page_get of a free page");
}

void page_put(void *p)
{
	if (!refs[number(p)])
		panic("page_put of a free page");
	if (refs[number(p)] == 1)
		pages_free(p, 0);
	else
		refs[number(p)]--;
}

unsigned page_refs(void *p)
{
	return refs[number(p)];
}

s64 kmalloc_count;
void *kmalloc(size_t n) { kmalloc_count++; return malloc(n); }
void *kzalloc(size_t n) { kmalloc_count++; return calloc(1, n); }
void *krealloc(void *p, size_t n) { kmalloc_count += !p; return realloc(p, n); }
void kfree(void *p) { kmalloc_count -= !!p; free(p); }
char *kstrdup(const char *s) { kmalloc_count++; return strdup(s); }

struct vma **vmas;
unsigned vma_count;
struct vma *vma_find(u64 addr) { return NULL; }
struct vma *vma_next(u64 addr) { return NULL; }
int host_signals(void) { return 0; }
struct thread *pagecache_looks;
void thread_hide(struct thread *t) {}
struct thread *thread_create(void (*fn)(void *), void *arg, const char *name) { return NULL; }
struct clock clock_data = { .scale = 1UL << 32 };
void vm_file_drop(const struct vnode *file, u64 first, u64 end, bool copies) {}	/* nothing is mapped */
void vm_file_clean(const struct vnode *file) {}

size_t user_room(const void *p, size_t n, int prot)
{
	return (u64)p >= 0x10000 && (u64)p + n < 0x800000000000 && (u64)p + n > (u64)p ? n : 0;
}

const char user_lost_anchor[1];

bool user_ok(const void *p, size_t n, int prot)
{
	return user_room(p, n, prot) == n;
}

long user_strlen(const char *s, size_t max)
{
	if (!user_ok(s, 1, PROT_READ))
		return -EFAULT;
	size_t n = strnlen(s, max);
	return n == max ? -ENAMETOOLONG : (long)n;
}

/* --- the rest --- */
ns_t now_monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

ns_t now_realtime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

void random_bytes(void *buf, size_t n)
{
	syscall(318, buf, n, 0);
}

void serial_write(const char *s, size_t n)
{
	syscall(1, 1, s, n);
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("panic: ");
	vprintf(fmt, ap);
	printf("\n");
	fflush(NULL);
	exit(3);
}

void kprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

int kvsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	return vsnprintf(buf, size, fmt, ap);
}

int ksnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

void vm_exit(char kind, u8 value)
{
	exit(kind == 's' ? 128 + value : value);
}

int sigpipes;
void signal_send(struct thread *t, int sig)
{
	sigpipes += sig == SIGPIPE;
}

const char *cmdline_get(const char *key, unsigned i) { return NULL; }

struct utsname { char field[6][65]; };
/* fs/proc, which needs page tables. */
const char procnode_self_io[1], procnode_self_mem[1], procnode_self_ns[1], procnode_self_smaps[1], procnode_self_small[1];
const char procnode_buddyinfo[1], procnode_machine[1], procnode_vmstat[1], procnode_meminfo[1], procnode_caches[1];
struct memory_use;
struct memory_parts;
void memory_all(struct memory_use *u) {}
void memory_parts(struct memory_parts *p) {}

long uts_set(unsigned which, const char *name, int len) { return -EPERM; }

void uts_get(struct utsname *u)
{
	memset(u, 0, sizeof(*u));
	memcpy(u->field[0], "Linux", 6);
	memcpy(u->field[2], "6.1.0", 6);
}

phys_t boot_module_start;
u64 image_start = ~0UL;
u64 boot_module_size;
u64 user_stack_top = USER_STACK_TOP;

/* --- images as block devices --- */
u64 block_requests;

/* As if the caller slept: other threads run. Without any, what yields waits for the machine's other processes. */
static void others_run(void)
{
	u32 depth = me->t.lock_depth;

	if (!depth || thread_count == 1)
		return;
	me->t.lock_depth = 0;
	pthread_mutex_unlock(&lock);
	syscall(24);	/* sched_yield */
	pthread_mutex_lock(&lock);
	me->t.lock_depth = depth;
}

static int image_read(struct block_device *d, u64 sector, void *buf, u32 sectors)
{
	if (!sectors || sector >= d->sectors || sectors > d->sectors - sector)
		panic("read of sectors %lu+%u outside the device", sector, sectors);
	block_requests++;
	memcpy(buf, (u8 *)d->data + sector * 512, sectors * 512UL);
	others_run();
	return 0;
}

struct block_device *host_device(void *bytes, u64 size, bool mapped)
{
	struct block_device *d = calloc(1, sizeof(*d)), **end = &root_device;

	*d = (struct block_device){ .name = "test", .read = image_read, .data = bytes, .sectors = size / 512 };
	d->mapped = mapped ? bytes : NULL;
	while (*end)
		end = &(*end)->next;
	return *end = d;
}

/* There are no modules; the parts that could be are built in, and start here. */
extern const struct driver init_start[], init_end[];
bool module_request(const char *alias) { return false; }

void host_parts_start(void)
{
	for (const struct driver *d = init_start; d < init_end; d++)
		if (d->probe(NULL))
			panic("%s failed", d->name);
}

void host_init(void)
{
	pthread_mutex_init(&lock, NULL);
	arena = mmap(NULL, ARENA_PAGES * PAGE_SIZE, 3, 0x4022, -1, 0);
	adopt_thread(1);
}

long guest(long nr, long a, long b, long c, long d, long e, long f)
{
	for (const struct syscall_entry *s = systab_start; s < systab_end; s++)
		if (s->nr == nr)
			return s->fn(a, b, c, d, e, f);
	return -ENOSYS;
}
