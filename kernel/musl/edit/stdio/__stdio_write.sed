# See internal/syscall.h: stdio_impl.h finds the one beside it.
s/^#include "stdio_impl\.h"$/&\
#include <syscall.h>/
s/syscall\((SYS_writev), f->fd, iov, iovcnt\)/UK_STDIO_CALL(f, buf, iov == iovs \&\& iov->iov_base == f->wbase ? len : 0, __syscall3(\1, f->fd, iov, iovcnt))/
