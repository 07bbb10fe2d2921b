# A deadline on the monotonic clock, whatever CLK is: marked by glue/thread/clockwait.c in the nanoseconds' upper half.
s/^\tif \(at\) \{$/\tstruct timespec monotonic;\
	if (at \&\& at->tv_nsec >> 32 == 0x4d4f4e4f) {\
		monotonic = (struct timespec) { at->tv_sec, (int)at->tv_nsec };\
		at = \&monotonic;\
		clk = CLOCK_MONOTONIC;\
	}\
&/
