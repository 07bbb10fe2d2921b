# For scanf(), an exponent without digits is read and does not count, "nan" ends there, and errno stays.
/LLONG_MIN\) \{/,/e[12]0? = 0;/{
	s/shlim\(f, 0\);//
	s/return 0;//
}
s/^\t\tif \(shgetc\(f\) != '\('\) \{$/\t\tif (!pok) return NAN;\n&/
s/^\t+errno = EINVAL;$/\t\tif (pok) errno = EINVAL;/
# Out of range is what is less than normal and not exact, also where it was rounded up.
s/^\t\tif \(bits<0\) bits=0;$/\t\tif (bits<0) bits=0;\n\t\tlimited = 1;/
s/^\tlong double bias = 0;$/&\n\tint limited = 0;/
s/^\tint denormal = 0;$/&\n\tint full = bits, limited;/
s/^(\t+if \(denormal && )bits==LDBL_MANT_DIG\+e2-emin\)$/\1bits==full-1)/
s/^\ty = bias \+ sign\*\(long double\)x \+ sign\*y;$/\tlong double exact = sign*(long double)x + sign*y;\n\tif (limited \&\& bias \&\& bias + exact - bias != exact) errno = ERANGE;\n&/
s/^(\tif \(bits<32 && y && !\(x&1\)\) )x\+\+, y=0;$/\tif (limited \&\& bits<32 \&\& y) errno = ERANGE;\n\1x++, y=0;/
# For scanf(), "0x." is a zero too.
/^static long double hexfloat/,/^\}/s/^\t\t\tshlim\(f, 0\);$/\t\t\tif (!gotrad) shlim(f, 0);/
