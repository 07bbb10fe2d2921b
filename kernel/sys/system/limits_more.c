/* What follows from limits that programs set (sys/system/limits.c); setrlimit(2). */
#include "kernel.h"
#include "limits.h"
#include "permission.h"
#include "vfs.h"

#define STACK_GAP 0x100000	/* stays free below the stack, as on Linux */

/* What a mapping counts for: the stack, which is one area from the start, only as far as it is used. */
static u64 counted(const struct vma *v, u64 start, u64 end)
{
	u64 from = max(v->start, start), to = min(v->end, end);

	if (from >= to || v->end == user_stack_top)
		return 0;
	return to - from;
}

static bool is_data(int prot, int flags)
{
	return prot & PROT_WRITE && !(flags & MAP_SHARED);
}

/* core/mm/vma.c: would LEN more bytes, in place of what is at ADDR, be too many? */
bool vm_limited(u64 addr, u64 len, int prot, int flags)
{
	u64 all = len, data = is_data(prot, flags) ? len : 0;

	if (rlimits[RLIMIT_AS].soft == RLIM_INFINITY && rlimits[RLIMIT_DATA].soft == RLIM_INFINITY)
		return false;
	for (unsigned i = 0; i < vma_count; i++) {
		const struct vma *v = vmas[i];
		u64 n = counted(v, 0, ~0UL) - (flags & MAP_FIXED ? counted(v, addr, addr + len) : 0);
		all += n;
		data += is_data(v->prot, v->flags) ? n : 0;
	}
	return all > rlimits[RLIMIT_AS].soft || (data > rlimits[RLIMIT_DATA].soft && is_data(prot, flags));
}

static bool touched(u64 addr)
{
	int level;
	u64 *pte = pte_find(addr, false, &level);

	return pte && *pte;
}

/* The first thread's stack may grow so far from now on; what it has it keeps. */
static void limit_stack(u64 bytes)
{
	struct vma *v = vma_find(user_stack_top - 1);
	struct vma *below = NULL;

	if (!v || !(v->flags & MAP_STACK))
		return;
	for (unsigned i = 0; i < vma_count && vmas[i] != v; i++)
		below = vmas[i];
	u64 lowest = (below ? below->end : USER_MIN) + STACK_GAP, end = v->end;
	bytes = align_down(bytes, (u64)PAGE_SIZE);
	u64 start = bytes < end - lowest ? end - bytes : lowest;
	if (start < v->start) {
		vm_map(start, v->start - start, v->prot, v->flags | MAP_FIXED, NULL, 0);
		return;
	}
	u64 used = v->start;
	while (used < start && !touched(used))
		used += PAGE_SIZE;
	if (used > v->start && used < end)
		vm_unmap(v->start, used - v->start);
}

int limit_obey(unsigned which, const struct rlimit *new)
{
	if (which == RLIMIT_CPU)
		cpu_limit_set(new);
	if (which == RLIMIT_FSIZE)
		file_size_limit = new->soft;
	if (which == RLIMIT_STACK)
		limit_stack(new->soft);
	return 0;
}

/* RLIMIT_NPROC binds neither root nor who may do as root does (kernel/fork.c of Linux). */
bool threads_limited(void)
{
	return (u64)thread_count >= rlimits[RLIMIT_NPROC].soft && identity()->user.real &&
		!capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN);
}

void rlimit_set(unsigned which, const struct rlimit *new)
{
	rlimits[which] = *new;
	if (which == RLIMIT_NOFILE)
		fd_limit = new->soft;
	limit_obey(which, new);
}

long sys_prlimit64(int pid, unsigned which, const struct rlimit *new, struct rlimit *old)
{
	return prlimit_plain(pid, which, new, old);
}

long sys_setrlimit(unsigned which, const struct rlimit *new)
{
	return prlimit_plain(0, which, new, NULL);
}
SYSCALL(160, setrlimit, PARTIAL("RLIMIT_CORE and RLIMIT_RTTIME are kept and told, but bind nothing"));
