/* Signals (signal/). Linked in only when something can send or catch one. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include "list.h"
#include "thread.h"

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGWINCH 28
#define SIGRTMIN 32
#define NSIG 64

#define SA_SIGINFO	4
#define SA_ONSTACK	0x08000000
#define SA_RESTART	0x10000000
#define SA_NODEFER	0x40000000
#define SA_RESETHAND	0x80000000
#define SA_RESTORER	0x04000000

#define SI_USER		0
#define SI_KERNEL	0x80
#define SI_TIMER	(-2)
#define SI_TKILL	(-6)

#define SIG_DFL		0
#define SIG_IGN		1

struct sigaction_kernel {
	u64 handler, flags, restorer, mask;
};

struct siginfo {
	int signo, error, code, pad;
	union {
		struct { int pid, uid; u64 value; };
		struct { int timer_id, overrun; u64 timer_value; };
		struct { s64 band; int fd; };
		u64 addr;
		u8 room[112];
	};
};
_Static_assert(sizeof(struct siginfo) == 128, "siginfo_t");

/* What a signal frame needs at most besides the vector state; Linux's figure (arch/x86/kernel/signal.c,
 * init_sigframe_size): a 32-bit frame of 736 bytes, alignment of both parts, the second magic number, the 32-bit x87 state. */
#define SIGNAL_FRAME_ROOM (736 + 15 + 63 + 4 + 112)

struct queued_signal {
	struct list link;
	struct siginfo info;
};

struct altstack {
	u64 sp;
	int flags, pad;
	u64 size;
};
#define SS_ONSTACK 1
#define SS_DISABLE 2
#define SS_AUTODISARM (1 << 31)

struct signal_state {
	u64 pending;
	u64 blocked;
	u64 awaited;		/* by sigtimedwait(): these wake the thread, blocked or not */
	u64 restore_mask;	/* of sigsuspend, ppoll, ...: put back after delivery */
	bool restore;
	bool restart;		/* the last handler was one with SA_RESTART */
	bool timed;		/* a socket with a time-out was interrupted: its call does not restart */
	struct altstack alt;
	struct list queue;
};

#define SIGBIT(sig) (1UL << ((sig) - 1))

extern u64 signals_queued;		/* with details, for anyone */
extern struct sigaction_kernel sigactions[NSIG + 1];

struct signal_state *signal_state(struct thread *t);
bool signal_ignored(int sig);
/* To thread T, or (NULL) to the process. Info may be NULL. Kernel lock held. Whether INFO is queued. */
bool signal_send_info(struct thread *t, int sig, const struct siginfo *info);
void signal_send(struct thread *t, int sig);
/* Takes the next deliverable signal out of SET: its number, or 0. */
int signal_take(u64 set, struct siginfo *info);
u64 signal_deliverable(struct thread *t);
/* Drops SIG wherever it is pending; with TIMER >= 0 only what that timer queued. */
void signal_flush(int sig, int timer);
void signal_set_mask(u64 mask);

/* On the way back from a raw system call: starts a handler, or restarts the call. */
void signal_deliver_syscall(struct regs *r);

#endif
