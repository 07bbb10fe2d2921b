# SCHED_OTHER, SCHED_FIFO, SCHED_RR.
s/^\ta->_a_policy = policy;$/\tif ((unsigned)policy > 2) return EINVAL;\
&/
