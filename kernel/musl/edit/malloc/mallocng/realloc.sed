# No size frees, as in glibc.
s/^\tif \(!p\) return malloc\(n\);$/&\n\tif (!n) return free(p), (void *)0;/
