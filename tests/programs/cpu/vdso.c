/* The vDSO: found in both ways that there are, read as an ELF file by hand, called beside the raw
 * system call, on two threads that hand times to each other. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char *base;
static int failures;

static void check(int ok, const char *what)
{
	failures += !ok;
	printf("%s: %s\n", what, ok ? "yes" : "no");
}

static int each(struct dl_phdr_info *i, size_t size, void *found)
{
	if ((char *)i->dlpi_addr == base)
		*(int *)found = !strcmp(i->dlpi_name, "linux-vdso.so.1") && i->dlpi_phnum > 1;
	return 0;
}

/* As Go's runtime does: the first segment says what is added, PT_DYNAMIC the rest. */
static void *lookup(const char *want)
{
	Elf64_Ehdr *e = (void *)base;
	Elf64_Phdr *ph = (void *)(base + e->e_phoff);
	Elf64_Dyn *dyn = 0;
	Elf64_Sym *syms = 0;
	Elf64_Versym *versions = 0;
	Elf64_Verdef *defs = 0;
	unsigned *hash = 0, *gnu = 0, version = 0;
	char *strings = 0;

	for (int i = 0; i < e->e_phnum; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			dyn = (void *)(base + ph[i].p_offset);
	for (; dyn->d_tag; dyn++) {
		void *p = base + dyn->d_un.d_ptr;
		switch (dyn->d_tag) {
		case DT_SYMTAB: syms = p; break;
		case DT_STRTAB: strings = p; break;
		case DT_HASH: hash = p; break;
		case DT_GNU_HASH: gnu = p; break;
		case DT_VERSYM: versions = p; break;
		case DT_VERDEF: defs = p; break;
		}
	}
	if (!syms || !strings || (!hash && !gnu) || !versions || !defs)
		return 0;
	for (Elf64_Verdef *d = defs;; d = (void *)((char *)d + d->vd_next)) {
		Elf64_Verdaux *a = (void *)((char *)d + d->vd_aux);
		if (!(d->vd_flags & VER_FLG_BASE) && d->vd_hash == 0x3ae75f6 && !strcmp(strings + a->vda_name, "LINUX_2.6"))
			version = d->vd_ndx & 0x7fff;
		if (!d->vd_next)
			break;
	}
	for (unsigned i = 1; i < (hash ? hash[1] : 64); i++)
		if (!strcmp(strings + syms[i].st_name, want) && (versions[i] & 0x7fff) == version && syms[i].st_shndx)
			return base + syms[i].st_value;
	return 0;
}

static int (*gettime)(clockid_t, struct timespec *);
static int (*getres)(clockid_t, struct timespec *);
static int (*gettod)(struct timeval *, struct timezone *);
static time_t (*gettime_s)(time_t *);
static long (*getcpu_)(unsigned *, unsigned *, void *);

static long long ns(const struct timespec *t) { return t->tv_sec * 1000000000LL + t->tv_nsec; }

static int between(clockid_t id, long long slack)
{
	for (int i = 0; i < 200; i++) {
		struct timespec a, b, c;
		if (syscall(SYS_clock_gettime, id, &a) || gettime(id, &b) || syscall(SYS_clock_gettime, id, &c))
			return 0;
		if (ns(&b) < ns(&a) - slack || ns(&b) > ns(&c) + slack || b.tv_nsec < 0 || b.tv_nsec > 999999999)
			return 0;
	}
	return 1;
}

static _Atomic long long newest;
static atomic_int backwards;

static void *race(void *unused)
{
	for (int i = 0; i < 100000; i++) {
		struct timespec t;
		long long before = atomic_load(&newest);
		gettime(CLOCK_MONOTONIC, &t);
		if (ns(&t) < before)
			backwards = 1;
		while (before < ns(&t) && !atomic_compare_exchange_weak(&newest, &before, ns(&t)))
			;
	}
	return 0;
}

static sigjmp_buf back;
static void on_fault(int sig) { siglongjmp(back, sig); }

static int mapped(void)
{
	char line[512];
	int ok = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long from, to;
		char mode[5];
		if (strstr(line, "[vdso]") && sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3)
			ok = (char *)from == base && !strcmp(mode, "r-xp");
	}
	return ok;
}

int main(void)
{
	static const struct { clockid_t id; const char *name; int coarse; } clocks[] = {
		{ CLOCK_REALTIME, "realtime", 0 }, { CLOCK_MONOTONIC, "monotonic", 0 }, { CLOCK_MONOTONIC_RAW, "raw", 0 },
		{ CLOCK_REALTIME_COARSE, "realtime coarse", 1 }, { CLOCK_MONOTONIC_COARSE, "monotonic coarse", 1 },
		{ CLOCK_BOOTTIME, "boottime", 0 }, { CLOCK_TAI, "tai", 0 },
		{ CLOCK_PROCESS_CPUTIME_ID, "process", 0 }, { CLOCK_THREAD_CPUTIME_ID, "thread", 0 },
	};
	struct timespec t, r;
	int found = 0;

	base = (char *)getauxval(AT_SYSINFO_EHDR);
	check(base && !memcmp(base, ELFMAG, SELFMAG) && ((Elf64_Ehdr *)base)->e_type == ET_DYN, "an ELF object");
	if (!base)
		return 1;
	dl_iterate_phdr(each, &found);
	check(found, "listed");
	check(mapped(), "mapped");
	gettime = lookup("__vdso_clock_gettime");
	getres = lookup("__vdso_clock_getres");
	gettod = lookup("__vdso_gettimeofday");
	gettime_s = lookup("__vdso_time");
	getcpu_ = lookup("__vdso_getcpu");
	check(gettime && getres && gettod && gettime_s && getcpu_, "functions");
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(*clocks); i++) {
		check(between(clocks[i].id, 0), clocks[i].name);
		check(!getres(clocks[i].id, &t) && !syscall(SYS_clock_getres, clocks[i].id, &r) && ns(&t) == ns(&r), "same resolution");
	}
	struct timeval tv;
	struct timezone tz = { 1, 1 };
	clock_gettime(CLOCK_REALTIME, &t);
	check(!gettod(&tv, &tz) && tz.tz_minuteswest == 0 && tz.tz_dsttime == 0 && tv.tv_usec < 1000000 &&
	      tv.tv_sec * 1000000LL + tv.tv_usec >= ns(&t) / 1000 && !gettod(0, 0), "gettimeofday");
	time_t s = 0, s2 = gettime_s(&s);
	check(s == s2 && s >= t.tv_sec - 1 && s <= t.tv_sec + 60 && gettime_s(0) >= s, "time");
	unsigned cpu = ~0u, node = ~0u;
	check(!getcpu_(&cpu, &node, 0) && cpu < 1024 && node == 0 && !getcpu_(0, 0, 0), "getcpu");
	check(getres(CLOCK_REALTIME, 0) == 0, "no resolution wanted");
	printf("bad clocks: %d %d %d %d\n", gettime(10, &t), gettime(99, &t), getres(-1, &t), gettime(1 << 30, &t));

	signal(SIGSEGV, on_fault);
	signal(SIGBUS, on_fault);
	int sig = sigsetjmp(back, 1);
	if (!sig)
		gettime(CLOCK_MONOTONIC, (void *)8);
	printf("bad pointer: signal %d\n", sig);
	printf("bad pointer, CPU time: %d\n", gettime(CLOCK_PROCESS_CPUTIME_ID, (void *)8));

	pthread_t th[2];
	for (int i = 0; i < 2; i++)
		pthread_create(&th[i], 0, race, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(th[i], 0);
	check(!backwards, "never back");
	return failures > 0;
}
