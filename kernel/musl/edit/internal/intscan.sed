# For scanf(), "0x" without a digit is a zero that was read.
s/^\t\t\t\telse shlim\(f, 0\);$//
# Where there is no number errno stays.
/^\t\t\tshlim\(f, 0\);$/{
n
/errno = EINVAL/d
}
