/* What the runner's debugger, core files and profiles read out of the kernel's memory (internal/guestview), by the symbols
 * of the image's kernel.sym. core/thread/debug_abi.c asserts each against its structure, a test of internal/guestview that it has
 * the same numbers. Raise the version when one of them changes its place: then images of older kernels are refused. */
#ifndef DEBUG_ABI_H
#define DEBUG_ABI_H

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
