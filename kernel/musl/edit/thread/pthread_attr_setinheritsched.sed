# What pthread_create() then does.
s/^int pthread_attr_setinheritsched\(/hidden long __set_scheduler(int tid, int policy, const void *param)\
{\
	const pthread_attr_t *a = (const void *)((const char *)param - offsetof(pthread_attr_t, _a_prio));\
	return a->_a_sched \& 1 ? __syscall(SYS_sched_setscheduler, tid, policy, param) : 0;\
}\
\
&/
# The other bits are glibc's attributes (glue/thread/attr.h).
s/^\ta->_a_sched = inherit;$/\ta->_a_sched = (a->_a_sched \& ~1) | inherit;/
s/^#include "syscall.h"$/&\
#include <stddef.h>/
