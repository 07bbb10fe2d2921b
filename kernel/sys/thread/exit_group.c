/* exit_group(2): the end of the program is the end of the machine. */
#include "kernel.h"

noreturn long sys_exit_group(int code)
{
	klock();
	vm_exit(STATUS_EXIT, code);
}
SYSCALL(231, exit_group, FULL);
