# The other bits are glibc's attributes (glue/thread/attr.h).
s/^\t\*inherit = a->_a_sched;$/\t*inherit = a->_a_sched \& 1;/
