# Whether a page is mapped madvise() says too, which most programs have anyway, while few have mremap().
s/^#include "pthread_impl.h"$/&\n#include "syscall.h"/
s/mremap\(p-l-PAGE_SIZE, PAGE_SIZE, 2\*PAGE_SIZE, 0\)==MAP_FAILED && errno==ENOMEM/!__syscall(SYS_madvise, p-l-PAGE_SIZE, PAGE_SIZE, MADV_NORMAL)/
