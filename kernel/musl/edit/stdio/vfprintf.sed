# printf() as glibc has it, beyond what C asks for.
#
# %b and %B; L and ll for integers and floating point alike; q and Z.
s/^(\t\tS\('o'\) = (UINT|ULONG|ULLONG|USHORT|UCHAR|SIZET|UMAX),) /\1 S('b') = \2, S('B') = \2, /
s/^(\t\tS\('l'\) = LPRE, .*)$/\1 S('q') = LLPRE, S('Z') = ZTPRE,/
/ll-prefixed/,/h-prefixed/s/^\t\tS\('n'\) = PTR,$/&\
		S('e') = LDBL, S('f') = LDBL, S('g') = LDBL, S('a') = LDBL,\
		S('E') = LDBL, S('F') = LDBL, S('G') = LDBL, S('A') = LDBL,/
/ L-prefixed/,/z- or t-/s/^\t\tS\('n'\) = PTR,$/&\
		S('d') = LLONG, S('i') = LLONG, S('u') = ULLONG, S('o') = ULLONG,\
		S('x') = ULLONG, S('X') = ULLONG, S('b') = ULLONG, S('B') = ULLONG,/
s/char buf\[sizeof\(uintmax_t\)\*3/char buf[sizeof(uintmax_t)*8/
s/^\t\tcase 'x': case 'X':$/&\
			if (0) {\
		case 'b': case 'B':\
				for (a=z, i=arg.i; i; i>>=1) *--a = '0' + (i\&1);\
				if (arg.i \&\& (fl \& ALT_FORM)) prefix = t=='b' ? "0b" : "0B", pl=2;\
			} else {/
s/^\t\t\tif \(arg\.i && \(fl & ALT_FORM\)\) prefix\+=\(t>>4\), pl=2;$/&\
			}/
# The flag I means the locale's digits, which are ours.
s/^\t\tfor \(fl=0; \(unsigned\)\*s-' '<32 && (.*); s\+\+\)$/\t\tfor (fl=0; *s=='I' || (unsigned)*s-' '<32 \&\& \1; s++)/
s/^\t\t\tfl \|= 1U<<\*s-' ';$/\t\t\tif (*s != 'I') &/
# A pointer has no leading zeros, and a null one a name of its own.
s/^\t\t\tp = MAX\(p, 2\*sizeof\(void\*\)\);$/\
			if (!arg.i) {\
				a = "(nil)";\
				z = a + 5;\
				p = 5;\
				fl \&= ~ZERO_PAD;\
				break;\
			}/
# Strings that are not there.
s/a = arg\.p \? arg\.p : "\(null\)";/a = arg.p ? arg.p : p<0 || p>5 ? "(null)" : "";/
s/^\t\tcase 'S':$/&\
			if (!arg.p) goto null;/
s/^\t\tcase 's':$/&\
		null:/
s/^\t\tif \(ps && \(t&15\)==3\) t&=~32;$/&\
		if (t=='C' \&\& !arg.i) t='c';/
# What is no conversion is printed as it stands.
s/^\t\t\tif \(OOB\(\*s\)\) goto inval;$/\t\t\tif (OOB(*s)) { st = 0, s++; break; }/
s/^\t\tif \(!st\) goto inval;$/\t\tif (!st) {\
			if (!s[-1]) goto inval;\
			l = s-a;\
			if (f) out(f, a, l);\
			continue;\
		}/
# Integers and pointers of any size come in words (System V ABI, 3.5.7), so that one va_arg() will do.
/^static void pop_arg\(/,/^\}/c\
static void pop_arg(union arg *arg, int type, va_list *ap)\
{\
	if (type == DBL) {\
		arg->f = va_arg(*ap, double);\
		return;\
	}\
	if (type == LDBL) {\
		arg->f = va_arg(*ap, long double);\
		return;\
	}\
	long v = va_arg(*ap, long);\
	switch (type) {\
	case INT: v = (int)v; break;\
	case UINT: v = (unsigned)v; break;\
	case SHORT: v = (short)v; break;\
	case USHORT: v = (unsigned short)v; break;\
	case CHAR: v = (signed char)v; break;\
	case UCHAR: v = (unsigned char)v; break;\
	}\
	arg->i = v;\
}
# Of wprintf(), which has %p done here.
/ j-prefixed/,/^\t}/s/^\t\tS\('n'\) = PTR,$/&\
		S('p') = UIPTR,/
# A width of INT_MIN has no positive counterpart.
s/^\t\t\tif \(w<0\) fl\|=LEFT_ADJ, w=-w;$/\t\t\tif (w==INT_MIN) goto overflow;\
&/
