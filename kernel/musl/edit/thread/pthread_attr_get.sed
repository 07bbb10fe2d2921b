# The other bits are glibc's attributes (glue/thread/attr.h).
s/^\t\*inherit = a->_a_sched;$/\t*inherit = a->_a_sched \& 1;/
# As in glibc: there may be no stack, only a size, which was set or not; that of a default has no address to end at.
/^int pthread_attr_getstack\(/,/^}/{
	/^\tif \(!a->_a_stackaddr\)$/d
	/^\t\treturn EINVAL;$/d
	s/^\t\*size = a->_a_stacksize;$/\t*size = a->_a_stackaddr | (a->_a_stacksize ^ __default_stacksize) ? a->_a_stacksize : 0;/
}
