# Of vfprintf.c for fmt_fp(): %a as glibc has it (src/internal/printf_hex.h).
s/^static int fmt_fp\(/#include "printf_hex.h"\n&/
s/^\ty = frexpl\(y, &e2\) \* 2;$/\tlong double exact = y;\n&/
/^\t\tlong double round = 8\.0;$/,/^\t\tif \(t&32\) prefix \+= 9;$/{
	/prefix \+= 9/!d
	s/^/\t\ts = uk_hex(buf, exact, p, fl \& ALT_FORM, fl, *prefix=='-', xdigits, t\&32, \&e2);\n/
}
/^\t\tif \(p<0 \|\| p>=LDBL_MANT_DIG\/4-1\) re=0;$/,/^\t\testr=fmt_u/{
	/estr=fmt_u/!d
}
/^\t\ts=buf;$/,/^\t\t\} while \(y\);$/d
