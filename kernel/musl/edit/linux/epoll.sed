# The size is only checked.
s/^\treturn epoll_create1\(0\);$/\tif (size <= 0) return errno = EINVAL, -1;\n&/
