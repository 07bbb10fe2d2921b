# The clocks that glibc knows here.
s/^\tif \(clk < 0 \|\| clk-2U < 2\) return EINVAL;$/\tif (clk != CLOCK_REALTIME \&\& clk != CLOCK_MONOTONIC) return EINVAL;/
s/^#include "pthread_impl.h"$/&\n#include <time.h>/
