# errno says why.
s/return -1;/return errno = EMSGSIZE, -1;/
1s/^/#include <errno.h>\n/
