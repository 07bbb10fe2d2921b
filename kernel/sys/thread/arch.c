/* arch_prctl(2): FS is the program's, GS is the kernel's. */
#include "cpu.h"
#include "kernel.h"

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004

long sys_arch_prctl(int code, u64 addr)
{
	switch (code) {
	case ARCH_SET_GS:
	case ARCH_SET_FS:
		if (addr >= USER_MAX)
			return -EPERM;
		if (code == ARCH_SET_GS)
			break;
		fsbase_set(addr);
		return 0;
	case ARCH_GET_FS: {
		KERNEL_LOCK();
		CHECK_WRITE((void *)addr, 8);
		*(u64 *)addr = fsbase();
		return 0;
	}
	}
	return -EINVAL;
}
SYSCALL(158, arch_prctl, PARTIAL("no GS base"));
