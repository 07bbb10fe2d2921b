# As in glibc: no more descriptors than the limit allows.
s/^(\tif \()((\w*fd) < 0( \|\| (\w*fd) < 0)?)(\) return EBADF;)$/\1\2 || \3 >= sysconf(_SC_OPEN_MAX)\6/
s/^#include <errno\.h>$/&\
#include <unistd.h>/
