/* Protection keys of a processor without them, whatever the host's has. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define E(call) (errno = 0, r = (call), printf(#call ": %ld %d\n", r, errno))

int main(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long r;

	E(pkey_alloc(0, 0)), E(pkey_alloc(0, PKEY_DISABLE_WRITE)), E(pkey_alloc(1, 0)), E(pkey_alloc(0, 4));
	E(pkey_free(0)), E(pkey_free(1)), E(pkey_free(-1));
	E(pkey_mprotect(p, 4096, PROT_READ, 1)), E(pkey_mprotect(p, 4096, PROT_READ, 0)), E(pkey_mprotect(p, 4096, PROT_READ, -2));
	p[0] = 1;
	E(syscall(SYS_pkey_mprotect, p, 4096, PROT_READ, -1)), E(pkey_mprotect(p, 0, PROT_NONE, 1)), E(pkey_mprotect(p + 1, 4096, PROT_READ, 1));
	E(syscall(SYS_pkey_mprotect, p, -8192L, PROT_READ, 1)), E(pkey_mprotect(p, 4096, PROT_READ | PROT_WRITE, -1));
	p[0] = 2;
	return 0;
}
