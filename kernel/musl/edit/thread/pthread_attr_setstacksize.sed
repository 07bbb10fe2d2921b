# In glibc a stack stays where it ends.
/^\ta->_a_stackaddr = 0;$/d
# As in glibc: there is no most, pthread_create() fails.
s/if \(size-PTHREAD_STACK_MIN > SIZE_MAX\/4\)/if (size < STACK_LEAST)/
