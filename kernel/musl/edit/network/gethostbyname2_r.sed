# What is wrong with the call itself is in errno, and -1, NETDB_INTERNAL, says so.
s/return ERANGE;/return *err = -1, errno = ERANGE;/
