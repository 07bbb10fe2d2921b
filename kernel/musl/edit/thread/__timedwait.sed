# A deadline on the monotonic clock, whatever CLK is: marked by glue/thread/clockwait.c in the nanoseconds' upper half.
s/^\tif \(at\) \{$/\tstruct timespec monotonic;\
	if (at \&\& at->tv_nsec >> 32 == 0x4d4f4e4f) {\
		monotonic = (struct timespec) { at->tv_sec, (int)at->tv_nsec };\
		at = \&monotonic;\
		clk = CLOCK_MONOTONIC;\
	}\
&/
# Absolute, so that the kernel follows a clock that somebody sets, as glibc's waits do.
s/^static int __futex4_cp\(volatile void \*addr, int op, int val, const struct timespec \*to\)$/#define FUTEX_WAIT_BITSET 9\
#define FUTEX_CLOCK_REALTIME 256\
\
&/
/^#ifdef SYS_futex_time64$/,/^#endif$/d
/^\tr = __syscall_cp\(SYS_futex, addr, op, val, to\);$/d
/^\tif \(r != -ENOSYS\) return r;$/d
/^\tint r;$/d
s/^\treturn __syscall_cp\(SYS_futex, addr, op & ~FUTEX_PRIVATE, val, to\);$/\treturn __syscall_cp(SYS_futex, addr, op, val, to, 0, -1);/
s/^\tstruct timespec to, \*top=0;$/\tint r, op = FUTEX_WAIT_BITSET;/
/^\t\tif \(__clock_gettime\(clk, &to\)\) return EINVAL;$/,/^\t\ttop = &to;$/c\
\t\tif (at->tv_sec < 0) return ETIMEDOUT;\
\t\tif (clk == CLOCK_REALTIME) op |= FUTEX_CLOCK_REALTIME;
s/^\tr = -__futex4_cp\(addr, FUTEX_WAIT\|priv, val, top\);$/\tr = -__futex4_cp(addr, op|priv, val, at);/
/^int __timedwait\(volatile int/,$s/^\tint cs, r;$/&/
