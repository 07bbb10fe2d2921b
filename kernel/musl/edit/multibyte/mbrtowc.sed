# In the C locale glibc knows no character beyond ASCII; musl takes every byte for one.
s/^\t\tif \(MB_CUR_MAX==1\) return .*$/\t\tif (MB_CUR_MAX==1) goto ilseq;/
