/* getrandom(2) */
#include "kernel.h"

#define CHUNK 256
#define GRND_RANDOM 2
#define GRND_INSECURE 4

long sys_getrandom(u8 *buf, size_t n, unsigned flags)
{
	KERNEL_LOCK();
	if (flags & ~7u || (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	n = min(n, (size_t)0x1ffffff);
	size_t room = user_room(buf, n, PROT_WRITE);
	if (n && !room)
		return -EFAULT;
	n = room;
	for (size_t done = 0; done < n; done += CHUNK)
		random_bytes(buf + done, min(n - done, (size_t)CHUNK));
	return n;
}
SYSCALL(318, getrandom, PARTIAL("GRND_NONBLOCK never has to wait"));
