// What a program does to its own processor state: which signal each comes to, and what its handler is told.
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int in_gate, code_segment, stack_segment, bad_rip, flags;
static volatile int seen, code, own;
static int on_linux;
static volatile uint64_t addr, trap, error;

static void caught(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	seen = signo;
	code = info->si_code;
	addr = (uint64_t)info->si_addr;
	own = addr == (uint64_t)u->uc_mcontext.gregs[REG_RIP];
	trap = u->uc_mcontext.gregs[REG_TRAPNO];
	error = in_gate ? 0 : u->uc_mcontext.gregs[REG_ERR];	// QEMU counts gates by 16 bytes in it, CPUs by 8
	if (on_linux && stack_segment & 4 && !error)	// IRET's is the selector; a Linux with espfix64 loses it
		error = stack_segment & ~3;
	siglongjmp(back, 1);
}

static void change(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	uint16_t segments[4];

	memcpy(segments, &u->uc_mcontext.gregs[REG_CSGSFS], 8);
	if (code_segment)
		segments[0] = code_segment;
	if (stack_segment)
		segments[3] = stack_segment;
	memcpy(&u->uc_mcontext.gregs[REG_CSGSFS], segments, 8);
	if (bad_rip)
		u->uc_mcontext.gregs[REG_RIP] = 1LL << 63;
	if (flags)
		u->uc_mcontext.gregs[REG_EFL] = flags;
}

static void result(const char *what)
{
	printf("%s: ", what);
	if (!seen)
		printf("goes on\n");
	else if (own)
		printf("signal %d code %d there, trap %d error %x\n", seen, code, (int)trap, (int)error);
	else
		printf("signal %d code %d at %lx, trap %d error %x\n", seen, code, addr, (int)trap, (int)error);
	seen = code_segment = stack_segment = bad_rip = flags = 0;
}

#define TRY(what, ...) do { if (!sigsetjmp(back, 1)) { __VA_ARGS__; } result(what); } while (0)
#define INT(n) do { in_gate = 1; TRY("int " #n, __asm__ volatile("int $" #n ::: "rax")); in_gate = 0; } while (0)
#define ASM(...) TRY(#__VA_ARGS__, __asm__ volatile(__VA_ARGS__ ::: "rax", "rcx", "rdx", "rbp", "memory", "cc"))

static void returns(void)
{
	static const int code_segments[] = { 0x33, 0x10, 0x2b, 8, 0x30, 0xffff, 0x1b, 0x73 };
	static const int stack_segments[] = { 0x2b, 0x10, 0x33, 0x18, 0xffff, 3, 0x28 };
	char what[20];

	for (unsigned i = 0; i < sizeof(code_segments) / sizeof(int); i++) {
		snprintf(what, sizeof(what), "cs %x", code_segments[i]);
		code_segment = code_segments[i];
		TRY(what, raise(SIGUSR1));
	}
	for (unsigned i = 0; i < sizeof(stack_segments) / sizeof(int); i++) {
		snprintf(what, sizeof(what), "ss %x", stack_segments[i]);
		stack_segment = stack_segments[i];
		TRY(what, raise(SIGUSR1));
	}
	bad_rip = 1;
	TRY("rip", raise(SIGUSR1));
	flags = 0x4000;
	TRY("nested task", raise(SIGUSR1));
	flags = 0x3000;
	TRY("I/O privilege", raise(SIGUSR1));
	if (!sigsetjmp(back, 1))
		__asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall" :: "r"(8UL) : "memory");
	printf("no stack: signal %d code %d\n", seen, code);
	seen = 0;
}

static void instructions(void)
{
	INT(3);
	ASM("int3");
	INT(4);
	INT(5);
	INT(0x20);
	INT(14);
	INT(255);
	ASM("hlt");
	ASM("cli");
	ASM("inb $0x80, %%al");
	ASM("ud2");
	ASM("rdmsr");
	ASM("mov %%cr0, %%rax");
	ASM("lgdt (%%rsp)");
	ASM("sysretq");
	ASM("pushq $0; pushq $0; pushq $0; pushq $0; pushq $0; iretq");
	ASM("pushq $0x8; pushq $0; lretq");
	ASM("mov $0xfff3, %%eax; mov %%eax, %%es");
	ASM("pushfq; orl $0x100, (%%rsp); popfq; nop");
	TRY("no address", (void)*(volatile char *)(1UL << 63));
	TRY("call of no address", ((void (*)(void))(1UL << 63))());
	TRY("kernel", (void)*(volatile char *)0xffffffff80000000);
	TRY("kernel call", ((void (*)(void))0xffffffff81000000)());
}

static volatile int steps;
static volatile uint64_t step_at[16];

static void stepped(int signo, siginfo_t *info, void *context)
{
	if (steps < 16)
		step_at[steps] = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	steps++;
}

// A system call is one step. The kernel's code does not see what flags it begins with.
static void flags_in_calls(void)
{
	struct sigaction a = { .sa_sigaction = stepped, .sa_flags = SA_SIGINFO }, old;
	uint64_t base;
	long r;

	sigaction(SIGTRAP, &a, &old);
	__asm__ volatile("lea 1f(%%rip), %1; pushfq; orl $0x100, (%%rsp); popfq; 1: nop; mov $39, %%eax; syscall; nop;"
		"pushfq; andl $~0x100, (%%rsp); popfq; nop" : "=&a"(r), "=&r"(base) :: "rcx", "r11", "memory", "cc");
	sigaction(SIGTRAP, &old, NULL);
	printf("steps:");
	for (int i = 0; i < steps && i < 16; i++)
		printf(" %d", (int)(step_at[i] - base));
	__asm__ volatile("pushfq; orl $0x4000, (%%rsp); popfq; std; mov $39, %%eax; syscall; pushfq; andl $~0x4000, (%%rsp); popfq; cld"
		: "=&a"(r) :: "rcx", "r11", "memory", "cc");
	printf(", process %d\n", r == getpid());
}

static void calls(void)
{
	static const int what[] = { ARCH_SET_FS, ARCH_SET_GS, 9999 };
	static const uint64_t bases[] = { 1UL << 63, 0xffffffff80000000, 1UL << 47 };
	int n = 0;

	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < 3; k++)
			printf("arch_prctl %x %lx: %s\n", what[i], bases[k], syscall(SYS_arch_prctl, what[i], bases[k]) ? strerrorname_np(errno) : "0");
	while (inotify_init1(0) >= 0)
		n++;
	printf("inotify: %d %s\n", n > 0 && n <= 128, strerrorname_np(errno));
}

int main(int argc, char **argv)
{
	static char stack[1 << 16];
	static const int faults[] = { SIGSEGV, SIGILL, SIGBUS, SIGTRAP, SIGFPE };
	struct sigaction a = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	setvbuf(stdout, NULL, _IONBF, 0);
	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	for (unsigned i = 0; i < sizeof(faults) / sizeof(int); i++)
		sigaction(faults[i], &a, NULL);
	a.sa_sigaction = change;
	sigaction(SIGUSR1, &a, NULL);
	on_linux = argc > 1 && !strcmp(argv[1], "linux");
	if (argc > 1 && !on_linux) {		// what a kernel without 32-bit programs says
		INT(0x80);
		ASM("sysenter");
		return 0;
	}
	returns();
	instructions();
	flags_in_calls();
	calls();
	return 0;
}
