# For scanf(), an exponent without digits is read and does not count, "nan" ends there, and errno stays.
/LLONG_MIN\) \{/,/e[12]0? = 0;/{
	s/shlim\(f, 0\);//
	s/return 0;//
}
s/^\t\tif \(shgetc\(f\) != '\('\) \{$/\t\tif (!pok) return NAN;\n&/
s/^\t+errno = EINVAL;$/\t\tif (pok) errno = EINVAL;/
# Out of range is what is less than normal and not exact: after rounding to the type's full precision, as x86 has it.
s/^\t\tif \(bits<0\) bits=0;$/\t\tif (bits<0) bits=0;\n\t\tlimited = 1;/
s/^\tlong double bias = 0;$/&\n\tint full = bits, limited = 0;/
s/^\tint denormal = 0;$/&\n\tint full = bits, limited;\n\tlong double fine = sign*scalbnl(1, 127-full);/
s/^(\t+if \(denormal && )bits==LDBL_MANT_DIG\+e2-emin\)$/\1bits==full-1 \&\& fabsl(frac + fine - fine) == scalbnl(1, LDBL_MANT_DIG-full+1))/
s/^\tif \(bits<32 && y && !\(x&1\)\) x\+\+, y=0;$/\tlong double low = y, left = sign*(0x1p32L - x - y), fine = sign*scalbnl(1.5, 95-full);\n\tuint32_t high = x;\n\tif (bits<32 \&\& y) x|=1, y=0;/
s/^\tif \(!y\) errno = ERANGE;$/\tif (limited \&\& fabsl(y) - high != low \&\& !(bits==full-1 \&\& fine - left == fine)) errno = ERANGE;\n\ty = copysignl(y, sign);/
# For scanf(), "0x." is a zero too.
/^static long double hexfloat/,/^\}/s/^\t\t\tshlim\(f, 0\);$/\t\t\tif (!gotrad) shlim(f, 0);/
# Digits behind those that are kept count by one odd bit, which no rounding mode carries upwards.
s/^\t\tif \(t < 500000000 && \(t \|\| .*$/\t\tif (LDBL_MANT_DIG-bits >= 2) {\
			if ((t || (a+i+1 \& MASK) != z) \&\& !fmodl(frac, 2))\
				frac += sign;\
		} else if (t < 500000000 \&\& (t || (a+i+1 \& MASK) != z))/
/^\t\tif \(LDBL_MANT_DIG-bits >= 2 && !fmodl\(frac, 1\)\)$/,/frac\+\+;$/d
# What is rounded to zero keeps its sign in every rounding mode.
s/^\tif \(\(e2\+LDBL_MANT_DIG & INT_MAX\) > emax-5\) \{$/\ty = copysignl(y, sign);\n&/
# scanf() gives nothing back of half an infinity, knows the sign of "-nan", and no x behind the last column.
/^\tif \(i\) \{$/,/^\t\}/s/shunget\(f\);/if (pok) &/
s/return NAN;/return copysign(NAN, sign);/
s/^\t\tif \(\(c\|32\) == 'x'\)$/\t\tif ((c|32) == 'x' \&\& !(f->shlim \&\& shcnt(f) >= f->shlim))/
