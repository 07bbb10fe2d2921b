/* The signals that a thread begins with blocked, as its attributes say. */
#include <signal.h>
#include <string.h>
#include "attr.h"

#define INTERNAL (3UL << 31)	/* 32 and 33 are glibc's own */

int pthread_attr_setsigmask_np(pthread_attr_t *a, const sigset_t *mask)
{
	attr_mask(a, SIGMASK) = 0;
	a->_a_sched &= ~SIGMASK;
	if (mask) {
		memcpy(&attr_mask(a, SIGMASK), mask, MASK);
		attr_mask(a, SIGMASK) &= ~INTERNAL;
		a->_a_sched |= SIGMASK;
	}
	return 0;
}

int pthread_attr_getsigmask_np(const pthread_attr_t *a, sigset_t *mask)
{
	sigemptyset(mask);
	if (!(a->_a_sched & SIGMASK))
		return -1;	/* PTHREAD_ATTR_NO_SIGMASK_NP */
	memcpy(mask, &attr_mask(a, SIGMASK), MASK);
	return 0;
}

/* pthread_create() has the maker's mask in SET. */
hidden void __attr_sigmask(const pthread_attr_t *a, unsigned long *set)
{
	if (a->_a_sched & SIGMASK)
		*set = attr_mask(a, SIGMASK);
}
