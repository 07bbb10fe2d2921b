/* What guest and runner agree on: one header for both. Go's side is internal/abi, made of this by
 * `go test ./internal/abi -u`; a test compares the two. docs/guest-abi.md describes it.
 *
 * A kernel carries UK_ABI_VERSION in its ELF header (EI_ABIVERSION), and a runner of another version refuses it with one
 * line. Raise the version when something here gets another meaning; what is only added needs no other.
 *
 * For C and assembly: nothing but lines `#define NAME value`, the value a number, a character or a string. */
#ifndef UK_ABI_H
#define UK_ABI_H

#define UK_ABI_VERSION	1

/* I/O ports. */
#define PORT_SERIAL	0x3f8		/* a 16550 */
#define PORT_STATUS	0xe9		/* two bytes: a STATUS_ and its value; the last pair counts */
#define PORT_EXIT	0xf4		/* any write ends the machine */
#define PORT_SIGNAL	0xea		/* with CMD_SIGNALS: a write says that they are taken, each read takes one, 0: there is none */
#define IRQ_SIGNAL	3		/* tells of one */
#define PORT_MEMORY	0xe8		/* 16 bits, n: RAM from n * LAZY_UNIT on is about to be used */
#define LAZY_UNIT	0x40000000
#define MEMMAP_LAZY	0x756b0001	/* type of RAM in the memory map of PVH that is there once it was announced so */

/* What is said at PORT_STATUS. */
#define STATUS_EXIT	'x'		/* the program ended: its exit status */
#define STATUS_SIGNAL	's'		/* the program was killed: the signal's number */
#define STATUS_PANIC	'p'		/* the kernel gave up: its word for why */
#define STATUS_RUNS	'r'		/* the program begins, if CMD_READY asks; 0 */

/* Registers of the built-in runner's virtio-mmio transports, where virtio 1.2, section 4.2.2, has none; with CMD_LIST. */
#define MMIO_LIST	0xf0		/* carries out a list of accesses: its physical address, with LIST_COUNT its entries */
#define MMIO_END	0xf4		/* ends the machine: STATUS_ in the low byte, the value in the next */
#define MMIO_YIELD	0xf8		/* lets other threads of the host run first: the processor spins */
#define LIST_COUNT	63		/* mask of the number of entries */
#define LIST_ENTRY	8		/* bytes: an address of 32 bits, a value */
#define LIST_READ	1		/* in an address: the value is to be filled in */

/* A device type of this project's own, far above those of virtio 1.2, section 5. host_sockets.h has its protocol, with a
 * version of its own. */
#define VIRTIO_ID_HOST_SOCKETS	0x756b

/* Words of the kernel command line, KEY=VALUE. docs/guest-abi.md says what each takes. */
#define CMD_ARG		"uk.arg"
#define CMD_ASLR	"uk.aslr"
#define CMD_CLOSED	"uk.closed"
#define CMD_CONSOLE	"uk.console"
#define CMD_CPUS	"uk.cpus"
#define CMD_CWD		"uk.cwd"
#define CMD_ENV		"uk.env"
#define CMD_EXE		"uk.exe"
#define CMD_HOSTNAME	"uk.hostname"
#define CMD_IP		"ip"
#define CMD_IP6		"uk.ip6"
#define CMD_LIST	"uk.list"
#define CMD_MMIO	"virtio_mmio.device"
#define CMD_MOUNT	"uk.mount"
#define CMD_OVERLAY	"uk.overlay"
#define CMD_RAM		"uk.ram"
#define CMD_READY	"uk.ready"
#define CMD_ROOTLBA	"uk.rootlba"
#define CMD_SIGNALS	"uk.signals"
#define CMD_STDERR	"uk.stderr"
#define CMD_STDIN	"uk.stdin"
#define CMD_TIME	"uk.time"
#define CMD_TRACE	"uk.trace"
#define CMD_TRAPS	"uk.traps"
#define CMD_TSC		"uk.tsc"
#define CMD_TTY		"uk.tty"
#define CMD_ULIMIT	"uk.ulimit"
#define CMD_USER	"uk.user"
#define CMD_VERBOSE	"uk.verbose"
#define CMD_WORDS	"uk.words"

/* Modules (docs/modules.md): their folder in the root file system, and its files besides them. */
#define MODULES_FOLDER	"/usr/lib/uk/modules/"
#define MODULES_INDEX	"modules.alias"		/* lines of two words: what loads a module, and its file */
#define MODULES_SYMBOLS	"kernel.symbols"	/* the kernel's addresses that modules want, as in kernel.sym */
#define MODULES_LOADER	"loader"
#define MODULES_FIRST	"loader.first"		/* the first page of that, which is read at boot */

/* What debuggers, core files and profiles read out of the kernel's memory (internal/guestview), by the symbols of the
 * image's kernel.sym. core/thread/debug_abi.c asserts each against its structure. This part has a version of its own, which
 * is in uk.json: an image of another one runs, but cannot be looked into. */
#define DEBUG_ABI_VERSION	2

#define D_THREAD_KSTACK_BASE	8
#define D_THREAD_KSTACK_TOP	16
#define D_THREAD_SAVED_RSP	24	/* while not running: seven registers and a return address lie there (switch.S) */
#define D_THREAD_TID		88
#define D_THREAD_KEEP_VECTOR	96
#define D_THREAD_XSAVE		104
#define D_THREAD_FSBASE		112
#define D_THREAD_ALL		136	/* link of the list all_threads */
#define D_THREAD_FAULT_ADDRESS	192	/* of the last page fault */
#define D_THREAD_USER_REGS	40
#define D_THREAD_NAME		292

#define D_REGS_SIZE		176

#define D_MODULE_BIAS		0	/* struct link_map comes first */
#define D_MODULE_MAP_NAME	8
#define D_MODULE_DYNAMIC	16
#define D_MODULE_NEXT		40	/* of the list modules */

#define D_VMA_START		0
#define D_VMA_END		8
#define D_VMA_PROT		16
#define D_VMA_FLAGS		20
#define D_VMA_FILE		24
#define D_VMA_OFFSET		32

#endif
