# Signal 34 is the program's, as with glibc.
s/0xfffffffc7fffffff/0xfffffffe7fffffff/
