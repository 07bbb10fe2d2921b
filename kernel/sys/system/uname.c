/* uname(2), sethostname(2), setdomainname(2) */
#include "kernel.h"
#include "uts.h"

long sys_uname(struct utsname *u)
{
	KERNEL_LOCK();
	CHECK_WRITE(u, sizeof(*u));
	uts_get(u);
	return 0;
}
SYSCALL(63, uname, FULL);

long sys_sethostname(const char *name, int len)
{
	return uts_set(UTS_HOSTNAME, name, len);
}
SYSCALL(170, sethostname, FULL);

long sys_setdomainname(const char *name, int len)
{
	return uts_set(UTS_DOMAINNAME, name, len);
}
SYSCALL(171, setdomainname, FULL);
