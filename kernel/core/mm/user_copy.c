/* Copies of which a program's memory is one side, exact about what was moved when that goes away meanwhile. */
#include "kernel.h"

size_t user_copied(const void *p, size_t n)
{
	struct thread *t = current();
	u64 before = t->user_lost - (u64)p;

	if (!t->user_lost || before >= n)
		return n;
	t->user_lost = 0;
	return before;
}

size_t user_copy(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return min(user_copied(to, n), user_copied(from, n));
}

/* Where to copy what is meant for P, N bytes of which are not all a program's to write to: calls that first see whether
 * there is something to copy find out then. What no program can have mapped must not be the kernel's. */
void *user_target(void *p, size_t n)
{
	if (((u64)p >= USER_MIN && (u64)p - DIRECT_BASE >= DIRECT_SIZE && (u64)p < USER_MAX) || user_ok(p, n, PROT_WRITE))
		return p;
	return (void *)USER_NOWHERE;
}
