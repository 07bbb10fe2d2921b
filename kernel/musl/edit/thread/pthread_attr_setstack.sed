# As in pthread_attr_setstacksize().
s/if \(size-PTHREAD_STACK_MIN > SIZE_MAX\/4\)/if (size < (__default_stacksize > DEFAULT_STACK_SIZE ? 16384 : PTHREAD_STACK_MIN))/
