# In glibc a stack stays where it ends.
/^\ta->_a_stackaddr = 0;$/d
# Any size from 16,384 bytes on; programs built against musl, whose threads have smaller stacks by default, may ask for less.
s/if \(size-PTHREAD_STACK_MIN > SIZE_MAX\/4\)/if (size < (__default_stacksize > DEFAULT_STACK_SIZE ? 16384 : PTHREAD_STACK_MIN))/
