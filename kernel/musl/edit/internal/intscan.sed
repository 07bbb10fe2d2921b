# For scanf(), "0x" without a digit is a zero that was read.
s/^\t\t\t\telse shlim\(f, 0\);$//
