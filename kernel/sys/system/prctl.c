/* prctl(2): names, and the questions that programs ask at start. */
#include "kernel.h"

#define PR_SET_PDEATHSIG 1
#define PR_GET_PDEATHSIG 2
#define PR_GET_DUMPABLE 3
#define PR_SET_DUMPABLE 4
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_GET_SECCOMP 21
#define PR_CAPBSET_READ 23
#define PR_SET_TIMERSLACK 29
#define PR_GET_TIMERSLACK 30
#define PR_SET_NO_NEW_PRIVS 38
#define PR_GET_NO_NEW_PRIVS 39
#define PR_SET_THP_DISABLE 41

long sys_prctl(int op, u64 a, u64 b, u64 c, u64 d)
{
	KERNEL_LOCK();
	switch (op) {
	case PR_SET_NAME: {
		long n = user_strlen((char *)a, 16);
		if (n == -EFAULT)
			return n;
		ksnprintf(current()->name, 16, "%.*s", 15, (char *)a);
		return 0;
	}
	case PR_GET_NAME:
		CHECK_WRITE((void *)a, 16);
		memcpy((void *)a, current()->name, 16);
		return 0;
	case PR_GET_DUMPABLE:
	case PR_CAPBSET_READ:
		return 1;
	case PR_GET_TIMERSLACK:
		return 50000;
	case PR_SET_PDEATHSIG:
	case PR_SET_DUMPABLE:
	case PR_GET_SECCOMP:
	case PR_SET_TIMERSLACK:
	case PR_SET_NO_NEW_PRIVS:
	case PR_GET_NO_NEW_PRIVS:
	case PR_SET_THP_DISABLE:
		return 0;
	}
	return -EINVAL;
}
SYSCALL(157, prctl);
