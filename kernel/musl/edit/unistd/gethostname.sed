# A name that does not fit is an error.
s/^\tif \(i && i==len\) name\[i-1\] = 0;$/\tif (i==len) return errno = ENAMETOOLONG, -1;/
s/^#include <unistd.h>$/&\n#include <errno.h>/
