# An empty mode is none.
s/^\tif \(!strchr\("rwa", \*mode\)\) \{$/\tif (!*mode || !strchr("rwa", *mode)) {/
# What only appends stands at the file's end from the beginning.
s/^\tf = __fdopen\(fd, mode\);$/\tif (*mode == 'a' \&\& !strchr(mode, '+')) __syscall(SYS_lseek, fd, 0, SEEK_END);\n&/
# To open a FIFO is restarted, see internal/syscall.h: stdio_impl.h finds the one beside it.
s/^#include "stdio_impl\.h"$/&\
#include <syscall.h>/
