/* Memory under glibc's internal names. */
#include "../alias.h"

ALIAS(__mmap, mmap)
ALIAS(__munmap, munmap)
ALIAS(__mprotect, mprotect)
ALIAS(__madvise, madvise)
ALIAS(__sbrk, sbrk)
ALIAS(cfree, free)
ALIAS(__libc_malloc, malloc)
ALIAS(__libc_free, free)
ALIAS(__libc_calloc, calloc)
ALIAS(__libc_realloc, realloc)
ALIAS(__libc_memalign, memalign)
ALIAS(__libc_valloc, valloc)
ALIAS(__libc_pvalloc, pvalloc)
ALIAS(__libc_reallocarray, reallocarray)
ALIAS(__libc_mallopt, mallopt)
ALIAS(__libc_mallinfo, mallinfo)
