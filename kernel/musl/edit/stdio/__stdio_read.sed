# See internal/syscall.h: stdio_impl.h finds the one beside it.
s/^#include "stdio_impl\.h"$/&\
#include <syscall.h>/
s/syscall\((SYS_readv), f->fd, iov, 2\)/UK_STDIO_CALL(f, 0, 0, __syscall3(\1, f->fd, iov, 2))/
s/syscall\((SYS_read), f->fd, iov\[1\]\.iov_base, iov\[1\]\.iov_len\)/UK_STDIO_CALL(f, 0, 0, __syscall3(\1, f->fd, iov[1].iov_base, iov[1].iov_len))/
