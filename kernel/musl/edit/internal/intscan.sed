# For scanf(), "0x" without a digit is a zero that was read.
s/^\t\t\t\telse shlim\(f, 0\);$//
# Where there is no number errno stays.
/^\t\t\tshlim\(f, 0\);$/{
n
/errno = EINVAL/d
}
# For C23's scanf(), whose stream has flag 512, a prefix of base two.
s/^\tif \(\(base == 0 \|\| base == 16\) && c=='0'\) \{$/\tint binary = !pok \&\& f->flags \& 512 \&\& !(base \& ~2);\
	if ((base == 0 || base == 16 || binary) \&\& c=='0') {/
s/^\t\tif \(\(c\|32\)=='x'\) \{$/\t\tif (binary \&\& (c|32)=='b') {\
			c = shgetc(f);\
			if (val[c]>=2) {\
				shunget(f);\
				return 0;\
			}\
			base = 2;\
		} else if (base != 2 \&\& (c|32)=='x') {/
