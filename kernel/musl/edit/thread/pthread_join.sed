# Where a stack goes (src/stacks keeps some).
s/^static void dummy1\(pthread_t t\)$/static void unmap_stack(pthread_t t) { if (t->map_base) __munmap(t->map_base, t->map_size); }\
hidden void __stack_done(pthread_t);\
weak_alias(unmap_stack, __stack_done);\
\
&/
s/^\tif \(t->map_base\) __munmap.*$/\t__stack_done(t);/
