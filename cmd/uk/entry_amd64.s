// The process's first instructions, before the Go runtime's: that ends in a trace where the limits of
// the process leave no room for what it reserves. The Makefile makes this the entry of the file
// (go build -ldflags '-E main.entry'); a command that was built without starts as any Go program.

#include "textflag.h"

#define SYS_write	1
#define SYS_open	2
#define SYS_fcntl	72
#define SYS_geteuid	107
#define SYS_exit_group	231
#define SYS_prlimit64	302
#define RLIMIT_DATA	2
#define RLIMIT_NPROC	6
#define RLIMIT_AS	9
#define F_GETFD		1
#define EBADF		9
#define O_RDONLY	0

// Limits below which the runtime does not start (Go 1.26, measured): it reserves 1.2 GB of addresses, and
// the heap of a command needs some; 64 MB of that count as data; and it runs a few threads at once.
#define LEAST_AS	(1500 << 20)
#define LEAST_DATA	(96 << 20)
#define LEAST_NPROC	16

// The kernel enters here with argc, argv and environment on the stack (psABI 3.4.1), which stays as it
// is: the runtime's own entry looks at it.
TEXT ·entry(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	SUBQ	$16, SP			// room for a struct rlimit64
	MOVQ	$RLIMIT_AS, SI
	MOVQ	$LEAST_AS, BX
	MOVQ	$·noAddresses(SB), R12
	CALL	need<>(SB)
	MOVQ	$RLIMIT_DATA, SI
	MOVQ	$LEAST_DATA, BX
	MOVQ	$·noData(SB), R12
	CALL	need<>(SB)
	MOVQ	$SYS_geteuid, AX
	SYSCALL
	TESTQ	AX, AX			// threads of root are not counted
	JEQ	start
	MOVQ	$RLIMIT_NPROC, SI
	MOVQ	$LEAST_NPROC, BX
	MOVQ	$·noThreads(SB), R12
	CALL	need<>(SB)
start:
	// The runtime puts /dev/null in the place of what was closed (ls >&-), open both ways, so that what is
	// written there would be lost without a word. It is opened to be read alone.
	XORQ	DI, DI
	CALL	closed<>(SB)
	MOVQ	$1, DI
	CALL	closed<>(SB)
	MOVQ	$2, DI
	CALL	closed<>(SB)
	ADDQ	$16, SP
	JMP	_rt0_amd64_linux(SB)

// closed opens /dev/null to be read as descriptor DI, if that is closed: a write there fails with EBADF,
// as it should, and a read finds the end. The numbers below it are open.
TEXT closed<>(SB),NOSPLIT|NOFRAME,$0
	MOVQ	$F_GETFD, SI
	MOVQ	$SYS_fcntl, AX
	SYSCALL
	CMPQ	AX, $-EBADF
	JNE	open
	MOVQ	$·devNull(SB), DI
	MOVQ	0(DI), DI
	MOVQ	$O_RDONLY, SI
	XORQ	DX, DX
	MOVQ	$SYS_open, AX
	SYSCALL
	MOVQ	AX, CX
	MOVL	$1, AX
	SHLL	CX, AX
	ORL	AX, ·closedAtStart(SB)
	TESTQ	CX, CX
	JPL	open
	MOVQ	$·noNull(SB), R12	// nor would the runtime start
	JMP	die<>(SB)
open:
	RET

// need looks at the limit SI, of which BX is needed. Where the hard limit allows that, the soft one
// goes up to it; else the process ends with the Go string at R12.
TEXT need<>(SB),NOSPLIT|NOFRAME,$0
	MOVQ	SI, R13
	LEAQ	8(SP), R14		// the room, behind the return address
	XORQ	DI, DI			// this process
	XORQ	DX, DX
	MOVQ	R14, R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL
	TESTQ	AX, AX
	JNE	enough			// a filter forbids to ask
	CMPQ	0(R14), BX
	JCC	enough
	MOVQ	8(R14), AX
	CMPQ	AX, BX
	JCS	less
	MOVQ	AX, 0(R14)
	MOVQ	R13, SI
	XORQ	DI, DI
	MOVQ	R14, DX
	XORQ	R10, R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL
enough:
	RET
less:
	JMP	die<>(SB)

// die ends the process with the Go string at R12.
TEXT die<>(SB),NOSPLIT|NOFRAME,$0
	MOVQ	$2, DI
	MOVQ	0(R12), SI
	MOVQ	8(R12), DX
	MOVQ	$SYS_write, AX
	SYSCALL
	MOVQ	$1, DI
	MOVQ	$SYS_exit_group, AX
	SYSCALL
	INT	$3
