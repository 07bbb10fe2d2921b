/* Where a thread may run, as its attributes say: musl has no such attribute. The mask is in words that musl leaves alone, as
 * many processors as the kernel may have; those behind it are none. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include "attr.h"
#include "syscall.h"

int pthread_attr_setaffinity_np(pthread_attr_t *a, size_t size, const cpu_set_t *set)
{
	attr_mask(a, AFFINITY) = 0;
	a->_a_sched &= ~AFFINITY;
	if (set && size) {
		memcpy(&attr_mask(a, AFFINITY), set, size < MASK ? size : MASK);
		a->_a_sched |= AFFINITY;
	}
	return 0;
}

int pthread_attr_getaffinity_np(const pthread_attr_t *a, size_t size, cpu_set_t *set)
{
	if (!(a->_a_sched & AFFINITY)) {	/* no restriction */
		memset(set, -1, size);
		return 0;
	}
	if (size < MASK && attr_mask(a, AFFINITY) >> 8 * size)
		return EINVAL;
	memset(set, 0, size);
	memcpy(set, &attr_mask(a, AFFINITY), size < MASK ? size : MASK);
	return 0;
}

/* What pthread_create() then does before the thread runs. */
hidden long __set_affinity(int tid, const pthread_attr_t *a)
{
	return a->_a_sched & AFFINITY ? __syscall(SYS_sched_setaffinity, tid, MASK, &attr_mask(a, AFFINITY)) : 0;
}
