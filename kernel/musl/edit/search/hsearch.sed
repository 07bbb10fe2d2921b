# A table that is in use stays, and what is not found is ESRCH.
s/^\thtab->__tab = calloc\(1, sizeof \*htab->__tab\);$/\tif (htab->__tab) return 0;\n&/
s/^\t\t\*retval = 0;$/&\n\t\tif (action == FIND) errno = ESRCH;/
1s/^/#include <errno.h>\n/
