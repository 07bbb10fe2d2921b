/*
 * musl's internal <stdio.h>, but stdin, stdout and stderr are the variables that
 * programs see: a glibc program may assign to stdout, and printf() follows.
 */
#ifndef UK_INTERNAL_STDIO_H
#define UK_INTERNAL_STDIO_H

#include_next <stdio.h>
#undef stdin
#undef stdout
#undef stderr

#endif
