/* personality(2) */
#include "kernel.h"
#include "process.h"

#define UNAME26			0x0020000
#define READ_IMPLIES_EXEC	0x0400000
#define ADDR_LIMIT_32BIT	0x0800000
#define STICKY_TIMEOUTS		0x4000000
#define ADDR_LIMIT_3GB		0x8000000
/* What changes the calls of the running program; the rest is for what execve(2) starts. READ_IMPLIES_EXEC, too, does and
 * is obeyed: Lisps that dump themselves run code in their heap by it. */
#define AT_ONCE			(UNAME26 | ADDR_LIMIT_32BIT | STICKY_TIMEOUTS | ADDR_LIMIT_3GB)

long sys_personality(u32 persona)
{
	KERNEL_LOCK();
	u32 was = personality_now();
	if (persona != ~0u) {
		if (persona & AT_ONCE)
			return -EINVAL;
		personality_changed = was ^ persona ^ personality_changed;
	}
	return was;
}
SYSCALL(135, personality, PARTIAL("no other flag that changes calls of the running program than READ_IMPLIES_EXEC"));

/* core/mm/vma.c and sys/memory/unmap.c ask. */
int vm_prot(int prot)
{
	return prot & PROT_READ && personality_now() & READ_IMPLIES_EXEC ? prot | PROT_EXEC : prot;
}
