# Nothing is written to any stream, also to one that is only read.
s/^\tif \(!size\) nmemb = 0;$/\tif (!l) return 0;/
