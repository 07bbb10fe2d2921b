# wprintf() as glibc has it: see vfprintf.sed.
s/^(\t\tS\('o'\) = (UINT|ULONG|ULLONG|USHORT|UCHAR|SIZET|UMAX),) /\1 S('b') = \2, S('B') = \2, /
s/^(\t\tS\('l'\) = LPRE, .*)$/\1 S('q') = LLPRE, S('Z') = ZTPRE,/
/ll-prefixed/,/h-prefixed/s/^\t\tS\('n'\) = PTR,$/&\
		S('e') = LDBL, S('f') = LDBL, S('g') = LDBL, S('a') = LDBL,\
		S('E') = LDBL, S('F') = LDBL, S('G') = LDBL, S('A') = LDBL,/
/ L-prefixed/,/z- or t-/s/^\t\tS\('n'\) = PTR,$/&\
		S('d') = LLONG, S('i') = LLONG, S('u') = ULLONG, S('o') = ULLONG,\
		S('x') = ULLONG, S('X') = ULLONG, S('b') = ULLONG, S('B') = ULLONG,/
s/^\['p'-'a'\]='j'$/['p'-'a']='j', ['b'-'a']='j'/
s/^\t\tcase 'd': case 'i': case 'o': case 'u': case 'x': case 'p':$/\t\tcase 'd': case 'i': case 'o': case 'u': case 'x': case 'p': case 'b':/
s/^\t\tfor \(fl=0; \(unsigned\)\*s-' '<32 && (.*); s\+\+\)$/\t\tfor (fl=0; *s=='I' || (unsigned)*s-' '<32 \&\& \1; s++)/
s/^\t\t\tfl \|= 1U<<\*s-' ';$/\t\t\tif (*s != 'I') &/
# A wide character has a width.
s/^\t\tcase 'c':$/\t\tcase 'c': case 'C':/
s/fputwc\(btowc\(arg\.i\), f\)/fputwc(t=='C' ? arg.i : btowc(arg.i), f)/
/^\t\tcase 'C':$/,/^\t\t\tcontinue;$/d
# Strings that are not there.
s/if \(!arg\.p\) arg\.p = "\(null\)";/if (!arg.p) arg.p = p<0 || p>5 ? "(null)" : "";/
s/^\t\tcase 'S':$/&\
			if (!arg.p) arg.p = p<0 || p>5 ? L"(null)" : L"";/
# What is no conversion is printed as it stands.
s/^\t\t\tif \(OOB\(\*s\)\) goto inval;$/\t\t\tif (OOB(*s)) { st = 0, s++; break; }/
s/^\t\tif \(!st\) goto inval;$/\t\tif (!st) {\
			if (!s[-1]) {\
				if (!f \&\& !l10n) return 0; \/* what stands before is printed *\/\
				goto inval;\
			}\
			if (s[-1]=='%') a = s-1; \/* flags and width do nothing *\/\
			l = s-a;\
			if (f) out(f, a, l);\
			continue;\
		}/
# A width of INT_MIN has no positive counterpart.
s/^\t\t\tif \(w<0\) fl\|=LEFT_ADJ, w=-w;$/\t\t\tif (w==INT_MIN) goto overflow;\
&/
# Room for the ninth argument.
s/\[NL_ARGMAX\]/[NL_ARGMAX+1]/
# Hexadecimal numbers are not the same for double.
s/^\t\t\tsizeprefix\[\(t\|32\)-'a'\], t\);$/\t\t\tst==DBL ? 'l' : sizeprefix[(t|32)-'a'], t);/
s/^\t\t\tl = fprintf\(f, charfmt, w, p, arg\.f\);$/\t\t\tl = st==DBL ? fprintf(f, charfmt, w, p, (double)arg.f) : fprintf(f, charfmt, w, p, arg.f);/
# A stream of bytes takes no wide characters.
s/^\tfwide\(f, 1\);$/\tif (fwide(f, 1) < 0) {\
		FUNLOCK(f);\
		va_end(ap2);\
		return -1;\
	}/
# Arguments may have numbers up to 64.
s/^static int wprintf_core\(/static int argument(wchar_t **s)\
{\
	wchar_t *p = *s;\
	int n = 0;\
	while (*p-'0'<10U \&\& n<=64) n = 10*n + *p++ - '0';\
	if (!n || n>64 || *p!='$') return 0;\
	*s = p+1;\
	return n;\
}\
\
&/
s/^\tint w, p, xp;$/\tint w, p, xp, at;/
/^\t\tif \(iswdigit\(s\[1\]\) && s\[2\]=='\$'\) \{$/,/^\t\t\}$/c\
		s++;\
		if ((argpos = argument(\&s))) l10n = 1;\
		else argpos = -1;
/^\t\t\tif \(iswdigit\(s\[1\]\) && s\[2\]=='\$'\) \{$/,/^\t\t\t\} else if \(!l10n\) \{$/c\
			s++;\
			if ((at = argument(\&s))) {\
				l10n = 1;\
				nl_type[at] = INT;\
				w = nl_arg[at].i;\
			} else if (!l10n) {
/^\t\t\tif \(isdigit\(s\[2\]\) && s\[3\]=='\$'\) \{$/,/^\t\t\t\} else if \(!l10n\) \{$/c\
			s += 2;\
			if ((at = argument(\&s))) {\
				nl_type[at] = INT;\
				p = nl_arg[at].i;\
			} else if (!l10n) {
/^\t\t\t\t[wp] = f \? va_arg\(\*ap, int\) : 0;$/{
n
d
}
s/NL_ARGMAX/64/g
# A character has up to six bytes.
s/MB_LEN_MAX/6/
# One argument may be printed in several ways: see vfprintf.sed.
s/\nstatic int wprintf_core\(/\
\
static void narrow(union arg *arg, int type)\
{\
	switch (type) {\
	case INT: arg->i = (int)arg->i; break;\
	case UINT: arg->i = (unsigned)arg->i; break;\
	case SHORT: arg->i = (short)arg->i; break;\
	case USHORT: arg->i = (unsigned short)arg->i; break;\
	case CHAR: arg->i = (signed char)arg->i; break;\
	case UCHAR: arg->i = (unsigned char)arg->i; break;\
	}\
}\
&/
s/^\t\tpop_arg\(nl_arg\+i, nl_type\[i\], ap\);$/\t\tpop_arg(nl_arg+i, nl_type[i] == DBL || nl_type[i] == LDBL ? nl_type[i] : ULONG, ap);/
s/nl_type\[argpos\]=st, arg=nl_arg\[argpos\];$/nl_type[argpos]=st, arg=nl_arg[argpos], narrow(\&arg, st);/
