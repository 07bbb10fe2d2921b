/* set_tid_address(2), gettid(2) */
#include "kernel.h"

long sys_set_tid_address(int *addr)
{
	current()->clear_tid = addr;
	return current()->tid;
}

long sys_gettid(void) { return current()->tid; }
SYSCALL(186, gettid, FULL);
