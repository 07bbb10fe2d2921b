/* A number that is no signal's is an error in glibc, and not in the set in musl. */
#include <errno.h>
#include <signal.h>

int sigismember(const sigset_t *set, int sig)
{
	unsigned bit = sig - 1;

	if (bit >= _NSIG - 1) {
		errno = EINVAL;
		return -1;
	}
	return set->__bits[bit / 64] >> bit % 64 & 1;
}
