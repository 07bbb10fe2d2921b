# What is wrong with the call itself is in errno, and -1, NETDB_INTERNAL, says so.
s/^\t\t\*err = NO_RECOVERY;$/\t\t*err = -1;/
s/^\t\treturn EINVAL;$/\t\treturn errno = EAFNOSUPPORT;/
s/return ERANGE;/return *err = -1, errno = ERANGE;/
