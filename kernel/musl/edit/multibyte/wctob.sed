# In the C locale glibc knows no character beyond ASCII; musl takes every byte for one.
/IS_CODEUNIT/d
