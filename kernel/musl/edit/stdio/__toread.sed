# A stream that is not for reading.
s/^\t\tf->flags \|= F_ERR;$/&\n\t\terrno = EBADF;/
s/^#include <stdio_impl.h>$/&\n#include <errno.h>/
