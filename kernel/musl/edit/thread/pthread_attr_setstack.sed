# As in pthread_attr_setstacksize().
s/if \(size-PTHREAD_STACK_MIN > SIZE_MAX\/4\)/if (size < STACK_LEAST)/
