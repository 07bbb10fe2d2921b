/* musl rounds the range to pages by itself, so that EINVAL and ENOMEM of Linux never come. */
#include <sys/mman.h>
#include "libc.h"
#include "syscall.h"

int __mprotect(void *addr, size_t len, int prot)
{
	return syscall(SYS_mprotect, addr, len, prot);
}

weak_alias(__mprotect, mprotect);
