# A stream whose caller locks it (glue/stdio/fsetlocking.c) has -2 here.
s/^\tif \(f && f->lock<0\) f->lock = 0;$/\tif (f \&\& f->lock==-1) f->lock = 0;/
# The size that was asked for, in steps of 64 as in glibc, where the map has more because it ends with a page.
s/^\tnew->stack_size = stack - stack_limit;$/\tnew->stack_size = attr._a_stackaddr ? stack - stack_limit : attr._a_stacksize \& -64UL;/
# Only who asks for it by pthread_attr_setinheritsched(), which is linked then, sets the policy of a thread; and likewise
# the attributes that glibc has (glue/thread/attr_affinity.c, attr_sigmask.c).
s/^static void dummy_0\(\)$/static long no_scheduler(int tid, int policy, const void *param) { return 0; }\
weak_alias(no_scheduler, __set_scheduler);\
static long no_affinity(int tid, const pthread_attr_t *a) { return 0; }\
weak_alias(no_affinity, __set_affinity);\
static void no_sigmask(const pthread_attr_t *a, unsigned long *set) { }\
weak_alias(no_sigmask, __attr_sigmask);\
\
&/
s/^\t\tret = __syscall\(SYS_sched_setscheduler,$/\t\tret = __set_scheduler(/
s/^\t\t\tnew->tid, attr\._a_policy, &attr\._a_prio\);$/&\
\t\tif (!ret) ret = __set_affinity(new->tid, \&attr);/
s/^\tmemcpy\(&args->sig_mask, &set, sizeof args->sig_mask\);$/&\
\t__attr_sigmask(\&attr, args->sig_mask);/
# The allocator's place in the thread's structure (src/heap/heap.h): each thread has a heap of its own, and leaves it.
/^\tnew->sysinfo = self->sysinfo;$/d
s/^weak_alias\(dummy_0, __dl_thread_cleanup\);$/&\
hidden void __heap_thread_exit(void);\
weak_alias(dummy_0, __heap_thread_exit);/
s/^\t__dl_thread_cleanup\(\);$/&\
\t__heap_thread_exit();/
# Where a stack is from (src/stacks has others).
s/^weak_alias\(dummy_0, __acquire_ptc\);$/hidden unsigned char *__stack_map(size_t size, size_t guard)\
{\
	unsigned char *map = __mmap(0, size, guard ? PROT_NONE : PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0);\
	if (map != MAP_FAILED \&\& guard \&\& __mprotect(map+guard, size-guard, PROT_READ|PROT_WRITE)) {\
		__munmap(map, size);\
		return MAP_FAILED;\
	}\
	return map;\
}\
hidden unsigned char *__stack_new(size_t, size_t);\
weak_alias(__stack_map, __stack_new);\
&/
/^\tif \(!tsd\) \{$/,/^\t\ttsd = map \+ size/c\
	if (!tsd) {\
		map = __stack_new(size, guard);\
		if (map == MAP_FAILED) goto fail;\
		tsd = map + size - __pthread_tsd_size;
