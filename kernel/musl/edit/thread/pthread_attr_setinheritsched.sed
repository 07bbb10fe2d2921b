# What pthread_create() then does.
s/^int pthread_attr_setinheritsched\(/hidden long __set_scheduler(int tid, int policy, const void *param)\
{\
	return __syscall(SYS_sched_setscheduler, tid, policy, param);\
}\
\
&/
