/* Sets the thread pointer (FS base). */
#include "pthread_impl.h"

#define ARCH_SET_FS 0x1002	/* asm/prctl.h of Linux */

int __set_thread_area(void *p)
{
	return __syscall(SYS_arch_prctl, ARCH_SET_FS, p);
}
