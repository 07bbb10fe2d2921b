# Signal 34 is the program's, as with glibc.
s/sig-32U < 3/sig-32U < 2/
