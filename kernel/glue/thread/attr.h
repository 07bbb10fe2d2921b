/* Attributes of threads that only glibc has: bits of _a_sched beside musl's own, the lowest, and words behind musl's. */
#include <pthread.h>
#include "pthread_impl.h"

enum { AFFINITY = 2, SIGMASK = 4 };
#define attr_mask(a, which) ((a)->__u.__s[(which) == AFFINITY ? 5 : 6])
#define MASK sizeof(unsigned long)

_Static_assert(sizeof(pthread_attr_t) == 7 * sizeof(unsigned long), "two words are free");
