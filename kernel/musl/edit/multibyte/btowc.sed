# In the C locale glibc knows no character beyond ASCII; musl takes every byte for one.
s/\(MB_CUR_MAX==1 && c!=EOF\) \? CODEUNIT\(c\) : WEOF/WEOF/
