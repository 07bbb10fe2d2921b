/* The frame a handler runs on: Linux's rt_sigframe of x86-64, so that programs
 * that look into it (Go's runtime, JITs, unwinders) find what they expect. */
#include "kernel.h"
#include "signal.h"
#include "vector.h"
#include "x86.h"

void regs_print(const struct regs *r);

struct sigcontext {
	u64 r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	u16 cs, gs, fs, ss;
	u64 error, trapno, oldmask, cr2, fpstate, reserved[8];
};

struct ucontext {
	u64 flags, link;
	struct altstack stack;
	struct sigcontext mc;
	u64 mask;
};

struct frame {
	u64 pretcode;
	struct ucontext uc;
	struct siginfo info;
};

_Static_assert(sizeof(struct frame) + 15 + 63 + 4 <= SIGNAL_FRAME_ROOM, "SIGNAL_FRAME_ROOM");

#define UC_FP_XSTATE		1
#define UC_SIGCONTEXT_SS	2
#define UC_STRICT_RESTORE_SS	4
#define CS_LINUX		0x33	/* segments as a program on Linux knows them */
#define SS_LINUX		0x2b

/* Where a sigcontext's first registers are in a struct regs, as they follow each other there. */
#define AT(reg) offsetof(struct regs, reg) / sizeof(u64)
static const u8 registers[] = {
	AT(r8), AT(r9), AT(r10), AT(r11), AT(r12), AT(r13), AT(r14), AT(r15), AT(rdi), AT(rsi), AT(rbp), AT(rbx), AT(rdx), AT(rax),
	AT(rcx), AT(rsp), AT(rip), AT(rflags),
};
_Static_assert(offsetof(struct sigcontext, rflags) == sizeof(u64) * (sizeof(registers) - 1), "as many as before rflags");

static void context_copy(u64 *context, u64 *r, bool save)
{
	for (unsigned i = 0; i < sizeof(registers); i++)
		if (save)
			context[i] = r[registers[i]];
		else
			r[registers[i]] = context[i];
}

/* C is all zeros. */
static void context_save(struct sigcontext *c, struct regs *r)
{
	bool trap = r->vector < VEC_IRQ_BASE, outside = r->vector == 14 && current()->fault_address >= USER_MAX;

	c->cs = CS_LINUX;
	c->ss = SS_LINUX;
	c->error = trap ? r->error | outside : 0;
	c->trapno = trap ? r->vector : 0;
	c->cr2 = current()->fault_address;
	context_copy(&c->r8, &r->r15, true);
}

/* Segments and privileged flags stay ours, whatever the handler wrote. */
static void context_restore(struct regs *r, const struct sigcontext *c)
{
	const u64 user_flags = 0x240dd5;	/* CF PF AF ZF SF TF DF OF AC ID */

	context_copy((u64 *)&c->r8, &r->r15, false);
	r->rflags = (r->rflags & user_flags) | RFLAGS_RING3;
	r->cs = SEL_UCODE;
	r->ss = SEL_UDATA;
}

static bool on_altstack(const struct altstack *a, u64 sp)
{
	return !(a->flags & (SS_DISABLE | SS_AUTODISARM)) && sp - a->sp <= a->size && a->size;
}

noreturn void signal_kill(const struct regs *r, int sig)
{
	if (sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE) {
		kprintf("killed by signal %d\n", sig);
		regs_print(r);
	}
	vm_exit(STATUS_SIGNAL, sig);
}

/* sys/raw/jumps.c: where the program is that a signal found at RIP. */
OPTIONAL u64 raw_place(u64 rip) { return rip; }

/* Builds the frame and points R at the handler. The stack is made present
 * first: nothing below may fault. */
static void enter_handler(struct regs *r, int sig, const struct siginfo *info)
{
	struct sigaction_kernel *a = &sigactions[sig];
	struct signal_state *s = signal_state(current());
	u64 sp = r->rsp - 128;

	if (a->flags & SA_ONSTACK && !(s->alt.flags & SS_DISABLE) && !on_altstack(&s->alt, r->rsp))
		sp = s->alt.sp + s->alt.size;
	u64 vectors = align_down(sp - vector_frame_size(), (u64)VECTOR_ALIGN);
	u64 at = align_down(vectors - sizeof(struct frame), 16ul) - 8;
	if (on_altstack(&s->alt, sp) && !on_altstack(&s->alt, at))
		signal_kill(r, SIGSEGV);	/* no room there */
	if (!user_ok((void *)at, sp - at, PROT_WRITE) || !vm_populate(at, sp - at, true))
		signal_kill(r, SIGSEGV);

	struct frame *f = (struct frame *)at;
	f->pretcode = a->restorer;
	f->info = *info;
	f->uc = (struct ucontext){
		.flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS | (vector_components ? UC_FP_XSTATE : 0),
		.stack = s->alt, .mask = s->restore ? s->restore_mask : s->blocked,
	};
	r->rip = raw_place(r->rip);
	context_save(&f->uc.mc, r);
	vector_frame_save((struct vector_area *)vectors);
	f->uc.mc.fpstate = vectors;
	f->uc.mc.oldmask = f->uc.mask;
	if (s->alt.flags & SS_AUTODISARM)	/* until the handler returns */
		s->alt = (struct altstack){ .flags = SS_DISABLE };
	s->restore = false;
	s->restart = a->flags & SA_RESTART && !s->timed;
	s->timed = false;

	signal_set_mask(s->blocked | a->mask | (a->flags & SA_NODEFER ? 0 : SIGBIT(sig)));
	r->rip = a->handler;
	r->rsp = at;
	r->rdi = sig;
	r->rsi = (u64)&f->info;
	r->rdx = (u64)&f->uc;
	r->rax = 0;
	r->rflags = RFLAGS_RING3;
	if (a->flags & SA_RESETHAND)
		a->handler = SIG_DFL;
}

/* Delivers what is pending to the program that R interrupted. Lock held. */
void signal_deliver(struct regs *r)
{
	struct siginfo info;
	struct thread *t = current();

	if (!signal_deliverable(t))
		return;
	for (;;) {
		int sig = signal_take(~signal_state(t)->blocked, &info);
		if (!sig)
			break;
		if (signal_ignored(sig))
			continue;
		if (sigactions[sig].handler == SIG_DFL)
			signal_kill(r, sig);
		enter_handler(r, sig, &info);
	}
	if (t->sig->restore) {
		t->sig->restore = false;
		t->sig->blocked = t->sig->restore_mask;
	}
}

#define FUTEX 202

/* Calls that signal(7) says are restarted; not those that wait for time or for several files. */
static bool restarts(const struct regs *r)
{
	static const u16 calls[] = {
		0, 1, 2, 16, 17, 18, 19, 20,		/* read write open ioctl pread64 pwrite64 readv writev */
		40, 42, 43, 44, 45, 46, 47,		/* sendfile connect accept sendto recvfrom sendmsg recvmsg */
		61, 72, 73, 85, 247, 257, 437,		/* wait4 fcntl flock creat waitid openat openat2 */
		242, 243, 275, 276, 278,		/* mq_timedsend mq_timedreceive splice tee vmsplice */
		288, 295, 296, 299, 307, 318, 327, 328,	/* accept4 preadv pwritev recvmmsg sendmmsg getrandom preadv2 pwritev2 */
	};

	for (unsigned i = 0; i < array_len(calls); i++)
		if (calls[i] == r->error)
			return true;
	return r->error == FUTEX && !r->r10;	/* without a time-out */
}

/* EINTR of a call that restarts, if the handler about to run says SA_RESTART. */
static bool wants_restart(void)
{
	u64 set = signal_deliverable(current());

	return set && sigactions[__builtin_ctzl(set) + 1].flags & SA_RESTART && !signal_state(current())->timed;
}

/* signal(7): calls of sockets that have a time-out fail with EINTR. */
void signal_no_restart(void)
{
	signal_state(current())->timed = true;
}

/* sys/thread/futex_pi.c */
OPTIONAL bool futex_pi_again(const struct regs *r) { (void)r; return false; }

static void call_again(struct regs *r)
{
	r->rax = r->error;
	r->rip -= 2;		/* SYSCALL again, once the handler is done */
}

void signal_deliver_syscall(struct regs *r)
{
	struct thread *t = current();

	if (r->rax == (u64)-EINTR && futex_pi_again(r))
		call_again(r);
	if (!signal_deliverable(t) && !(t->sig && t->sig->restore))
		return;
	klock();
	if (r->rax == (u64)-EINTR && restarts(r) && wants_restart())
		call_again(r);
	signal_deliver(r);
	if (t->sig && t->sig->restore) {
		t->sig->restore = false;
		t->sig->blocked = t->sig->restore_mask;
	}
	kunlock();
}

/* A software KVM calls invalid what it does not emulate: INT n, which a CPU refuses for its gate (Intel SDM vol. 3, 6.12.1.2
 * and 6.13), and SYSENTER without a code segment. */
static bool refused(struct regs *r)
{
	const u8 *code = (const u8 *)r->rip;
	bool gate;

	if (r->vector != 6 || !user_ok(code, 2, PROT_EXEC))
		return false;
	gate = code[0] == 0xcd;
	if (!gate && !(code[0] == 0x0f && code[1] == 0x34))
		return false;
	r->vector = 13;
	r->error = gate ? code[1] << 3 | 2 : 0;
	return true;
}

/* sys/raw/step.c: is this step of a program that steps through itself none of its own? */
OPTIONAL bool raw_step(struct regs *r) { (void)r; return false; }

/* A fault of the program. False: there is no handler. */
bool signal_fault(struct regs *r, int sig, int code, u64 addr)
{
	struct siginfo info = { .signo = sig, .code = code, .addr = addr };
	struct thread *t = current();
	KERNEL_LOCK();

	if (raw_step(r))
		return true;
	if (refused(r))
		info = (struct siginfo){ .signo = sig = SIGSEGV, .code = SI_KERNEL };
	u64 h = sigactions[sig].handler;

	if (h == SIG_DFL || h == SIG_IGN || on_kstack(r->rsp) || (t->sig && t->sig->blocked & SIGBIT(sig)))
		return false;
	enter_handler(r, sig, &info);
	return true;
}

static void bad_frame(struct regs *r)
{
	if (!signal_fault(r, SIGSEGV, SI_KERNEL, 0))
		signal_kill(r, SIGSEGV);
}

/* What IRETQ says of segments that are no 64-bit program's. */
static bool good_segments(struct regs *r, const struct ucontext *u)
{
	u32 cs = u->mc.cs | 3, ss = u->mc.ss | 3;

	if (cs == CS_LINUX && (ss == SS_LINUX || !(u->flags & UC_STRICT_RESTORE_SS)))
		return true;
	r->vector = 13;
	r->error = (cs != CS_LINUX ? cs : ss) & ~3;	/* the selector, less its RPL (Intel SDM vol. 2, IRET) */
	return false;
}

static void restore(struct regs *r, const struct frame *f)
{
	struct signal_state *s = signal_state(current());

	context_restore(r, &f->uc.mc);
	signal_set_mask(f->uc.mask);
	if (!on_altstack(&s->alt, (u64)f))	/* as Linux does: what the handler changed is undone, */
		s->alt = f->uc.stack;		/* unless it stands on that */
	if (vector_frame_restore((struct vector_area *)f->uc.mc.fpstate) && good_segments(r, &f->uc))
		signal_deliver(r);
	else
		bad_frame(r);
	r->error = -1;		/* no call to restart */
}

/* Undoes enter_handler: SP is where the handler's return left the stack. The registers that it puts back stay the
 * thread's until it runs on, whatever runs when the lock is given back. */
void signal_return(struct regs *r, u64 sp)
{
	struct frame *f = (struct frame *)(sp - 8);
	struct thread *t = current();
	bool keep = t->keep_vector;

	klock();
	t->keep_vector = true;
	if (user_ok(f, sizeof(*f), PROT_READ))
		restore(r, f);
	else
		bad_frame(r);
	kunlock();
	t->keep_vector = keep;
}

long sys_rt_sigreturn(void)
{
	struct regs *r = current()->user_regs;

	if (!r)
		panic("rt_sigreturn outside a raw system call");
	signal_return(r, r->rsp);
	return r->rax;
}
SYSCALL(15, rt_sigreturn, FULL);
