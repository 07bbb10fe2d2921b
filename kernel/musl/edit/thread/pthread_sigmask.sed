# Signal 34 is the program's, as with glibc.
s/0x380000000ULL/0x180000000ULL/
