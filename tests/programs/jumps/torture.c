// System calls that the kernel makes jumps of leave everything as SYSCALL does: registers, flags, the red zone, what
// signals tell, restarts, steps; and what reads the program's file finds it as it is. With "count": how many of the calls
// are jumps, which Linux has none of. With "linux": without NT, which SYSCALL keeps and the Linux of some hosts does not,
// namely one that is itself a guest without the processor's help.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <ucontext.h>
#include <unistd.h>

#define CASES(x) x(adjacent) x(further) x(wide) x(hop) x(around) x(between) x(again)
#define DECLARE(name) extern void case_##name(void); extern char site_##name[];
CASES(DECLARE)
extern uint64_t want_flags, got[16], got_flags, got_zone[16];
extern long raw_read(int fd, void *buffer, size_t length);
extern char site_read[], padding[], etext[], __executable_start[];

static const struct { const char *name; void (*call)(void); char *site; } cases[] = {
#define ROW(name) { #name, case_##name, site_##name },
	CASES(ROW)
};
#define COUNT (sizeof(cases) / sizeof(*cases))

static const uint64_t other[16] = { 99, 0xbbbbbbbbbbbbbbb1, 0, 0xddddddddddddddd1, 0x5151515151515151, 1, 0xb9b9b9b9b9b9b9b9, 0,
	0x0808080808080808, 0x0909090909090909, 0x1010101010101010, 0, 1, 146, 0x1414141414141414, 0x1515151515151515 };

// What is wrong after case I; 0: nothing.
static int check(unsigned i)
{
	for (int r = 0; r < 16; r++) {
		uint64_t want = r == 2 ? (uint64_t)cases[i].site + 2 : r == 11 ? want_flags | 0x202 : other[r];
		if (r == 3 && !strcmp(cases[i].name, "wide"))
			want = 0x1111111111111111;
		if (r != 7 && got[r] != want)
			return 100 + r;
	}
	for (int n = 0; n < 15; n++)
		if (got_zone[n] != 0x1111111111111111)
			return 200 + n;
	return got_flags != (want_flags | 0x202);
}

static void registers(bool keeps_nt)
{
	static const uint64_t flags[] = { 0, 0x1, 0x4, 0x10, 0x40, 0x80, 0x400, 0x800, 0xcd5, 0x4000, 0x200000 };

	for (unsigned i = 0; i < COUNT; i++) {
		printf("%s:", cases[i].name);
		for (unsigned f = 0; f < sizeof(flags) / sizeof(*flags); f++) {
			want_flags = flags[f];
			int wrong = want_flags != 0x4000 || keeps_nt;
			// A software KVM's interrupts take NT away: a call in a million meets one.
			for (int try = 0; wrong && try < (want_flags == 0x4000 ? 3 : 1); try++) {
				cases[i].call();
				wrong = check(i);
			}
			printf(" %d", wrong);
		}
		printf("\n");
	}
	want_flags = 0;
}

static volatile int ticks, outside, in_padding;
static volatile uint64_t last_rip, last_rax;
static int pipe_ends[2];

static void tick(int sig, siginfo_t *info, void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig, (void)info;
	last_rip = g[REG_RIP];
	last_rax = g[REG_RAX];
	outside += last_rip < (uint64_t)__executable_start || last_rip >= (uint64_t)etext;
	in_padding += last_rip - (uint64_t)padding < 16;
	ticks++;
	getppid();
	if (pipe_ends[1] && ticks == 3)
		write(pipe_ends[1], "x", 1);
}

static void catch(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction a = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	sigaction(sig, &a, NULL);
}

static void alarms(long microseconds)
{
	struct itimerval t = { { 0, microseconds }, { 0, microseconds } };

	setitimer(ITIMER_REAL, &t, NULL);
}

static void storm(void)
{
	int wrong = 0;

	catch(SIGALRM, tick, 0);
	alarms(500);
	for (unsigned i = 0; ticks < 400; i++) {
		want_flags = i & 1 ? 0xcd5 : 0;
		cases[i % COUNT].call();
		wrong += check(i % COUNT) != 0;
	}
	alarms(0);
	printf("storm: %d wrong, %d outside, %d in padding\n", wrong, outside, in_padding);
	want_flags = 0;
}

static void restarts(void)
{
	char c = 0;

	if (pipe(pipe_ends))
		return;
	for (int restart = 0; restart < 2; restart++) {
		ticks = 0;
		catch(SIGALRM, tick, restart ? SA_RESTART : 0);
		alarms(20000);
		long r = raw_read(pipe_ends[0], &c, 1);
		while (!restart && ticks < 3)
			r = raw_read(pipe_ends[0], &c, 1);
		alarms(0);
		printf("read: %ld, signal at %d with %d\n", r, (int)(last_rip - (uint64_t)site_read), (int)last_rax);
		if (!restart)
			raw_read(pipe_ends[0], &c, 1);
	}
	pipe_ends[1] = 0;
}

static volatile int steps;
static volatile uint64_t step_at[400];

static void step(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info;
	if (steps < 400)
		step_at[steps++] = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
}

static void step_through(void)
{
	catch(SIGTRAP, step, 0);
	for (unsigned i = 0; i < COUNT; i++) {
		steps = 0;
		want_flags = 0x100;
		cases[i].call();
		want_flags = 0;
		__asm__ volatile("pushfq; andl $~0x100, (%%rsp); popfq" ::: "memory", "cc");
		printf("%s steps:", cases[i].name);
		for (int n = 0; n < steps; n++)
			if (step_at[n] - (uint64_t)cases[i].call < 64)
				printf(" %d", (int)(step_at[n] - (uint64_t)cases[i].call));
		printf("\n");
	}
}

// Compares the code with the file's.
static int find_code(struct dl_phdr_info *info, size_t size, void *found)
{
	static char file[4096];
	int fd = open("/proc/self/exe", O_RDONLY);

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uint64_t start = info->dlpi_addr + p->p_vaddr, at = (uint64_t)cases[0].call;
		if (p->p_type != PT_LOAD || at - start >= p->p_filesz || pread(fd, file, 512, p->p_offset + (at - start)) != 512)
			continue;
		for (unsigned k = 0; k < COUNT; k++)
			*(int *)found += memcmp(file + ((uint64_t)cases[k].call - at), (void *)cases[k].call, cases[k].site + 2 - (char *)cases[k].call) != 0;
		printf("the file has %02x %02x\n", (uint8_t)file[(uint64_t)cases[0].site - at], (uint8_t)file[(uint64_t)cases[0].site - at + 1]);
	}
	close(fd);
	return 1;
}

int main(int argc, char **argv)
{
	char names[256];
	int jumps = 0;

	setvbuf(stdout, NULL, _IONBF, 0);
	registers(argc == 1 || strcmp(argv[1], "linux"));
	storm();
	restarts();
	step_through();
	dl_iterate_phdr(find_code, &jumps);
	ssize_t n = listxattr("/proc/self/exe", names, sizeof(names));
	ssize_t own = getxattr("/proc/self/exe", "call", names, sizeof(names));
	printf("attributes: %zd, %zd %s\n", n, own, strerrorname_np(errno));
	if (argc > 1 && !strcmp(argv[1], "count"))
		printf("jumps: %d\n", jumps);
	return 0;
}
