# printf() as glibc has it, beyond what C asks for.
#
# %b and %B; L and ll for integers and floating point alike; q and Z.
s/^(\t\tS\('o'\) = (UINT|ULONG|ULLONG|USHORT|UCHAR|SIZET|UMAX),) /\1 S('b') = \2, S('B') = \2, /
s/^(\t\tS\('l'\) = LPRE, .*)$/\1 S('q') = LLPRE, S('Z') = ZTPRE,/
/ll-prefixed/,/h-prefixed/s/^\t\tS\('n'\) = PTR,$/&\
		S('e') = LDBL, S('f') = LDBL, S('g') = LDBL, S('a') = LDBL,\
		S('E') = LDBL, S('F') = LDBL, S('G') = LDBL, S('A') = LDBL,/
# L is ll, and j is z: words are all of one size. Two rows of the table less.
s/^\tBARE, LPRE, LLPRE, HPRE, HHPRE, BIGLPRE,$/\tBARE, LPRE, LLPRE, HPRE, HHPRE,/
s/^\tZTPRE, JPRE,$/\tZTPRE,/
s/S\('L'\) = BIGLPRE/S('L') = LLPRE/
s/S\('j'\) = JPRE/S('j') = ZTPRE/
/^\t\}, \{ \/\* 5: /,/^\t\}, \{ \/\* 6: /{/ 6: /!d}
/^\t\}, \{ \/\* 7: /,/^\};/{/^\t?\};?$/!d}
/^\t\t\tcase JPRE:/d
# Of wprintf(), which has %p done here.
/ z- or t-prefixed/,/^\t\}/s/^\t\tS\('n'\) = PTR,$/&\
		S('p') = UIPTR,/
s/char buf\[sizeof\(uintmax_t\)\*3/char buf[sizeof(uintmax_t)*8/
s/^\t\tcase 'x': case 'X':$/&\
			if (0) {\
		case 'b': case 'B':\
				for (a=z, i=arg.i; i; i>>=1) *--a = '0' + (i\&1);\
				if (arg.i \&\& (fl \& ALT_FORM)) prefix = t=='b' ? "0b" : "0B", pl=2;\
			} else {/
s/^\t\t\tif \(arg\.i && (\(fl & ALT_FORM\)\) prefix\+=\(t>>4\), pl=2;)$/\t\t\tif (!pl \&\& arg.i \&\& \1\
			}/
# The flag I means the locale's digits, which are ours.
s/^\t\tfor \(fl=0; \(unsigned\)\*s-' '<32 && (.*); s\+\+\)$/\t\tfor (fl=0; *s=='I' || (unsigned)*s-' '<32 \&\& \1; s++)/
s/^\t\t\tfl \|= 1U<<\*s-' ';$/\t\t\tif (*s != 'I') &/
# A pointer has no leading zeros, and a null one a name of its own.
s/^\t\t\tp = MAX\(p, 2\*sizeof\(void\*\)\);$/\t\t\tif (!arg.i) {\
				arg.p = "(nil)";\
				p = -1;\
				goto null;\
			}\
			if (fl \& (MARK_POS|PAD_POS)) prefix = fl \& MARK_POS ? "+0x" : " 0x", pl=3;/
# Strings that are not there.
s/a = arg\.p \? arg\.p : "\(null\)";/a = arg.p ? arg.p : p<0 || p>5 ? "(null)" : "";/
s/^\t\tcase 'S':$/&\
			fl \&= ~ZERO_PAD;\
			if (!arg.p) goto null;/
s/^\t\tcase 's':$/&\
		null:/
s/^\t\tif \(ps && \(t&15\)==3\) t&=~32;$/&\
		if (t=='C' \&\& !arg.i) t='c';/
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
# Integers and pointers of any size come in words (System V ABI, 3.5.7), so that one va_arg() will do.
/^static void pop_arg\(/,/^\}/c\
static __attribute__((noinline)) long narrow(long v, int type)\
{\
	switch (type) {\
	case INT: return (int)v;\
	case UINT: return (unsigned)v;\
	case SHORT: return (short)v;\
	case USHORT: return (unsigned short)v;\
	case CHAR: return (signed char)v;\
	case UCHAR: return (unsigned char)v;\
	}\
	return v;\
}\
\
static __attribute__((noinline)) void pop_arg(union arg *arg, int type, va_list *ap)\
{\
	if (type == DBL)\
		arg->f = va_arg(*ap, double);\
	else if (type == LDBL)\
		arg->f = va_arg(*ap, long double);\
	else\
		arg->i = narrow(va_arg(*ap, long), type);\
}
# One argument may be printed in several ways: it stays whole until then.
s/^\t\tpop_arg\(nl_arg\+i, nl_type\[i\], ap\);$/\t\tpop_arg(nl_arg+i, nl_type[i] == DBL || nl_type[i] == LDBL ? nl_type[i] : ULONG, ap);/
s/^(\t\t\tif \(argpos>=0\)) nl_type\[argpos\]=st, arg=nl_arg\[argpos\];$/\1 {\
				nl_type[argpos]=st, arg=nl_arg[argpos];\
				if (st != DBL \&\& st != LDBL) arg.i = narrow(arg.i, st);\
			}/
# A width of INT_MIN has no positive counterpart.
s/^\t\t\tif \(w<0\) fl\|=LEFT_ADJ, w=-w;$/\t\t\tif (w<0) fl|=LEFT_ADJ, w=-(unsigned)w;/
s/^\t\t\} else if \(\(w=getint\(&s\)\)<0\) goto overflow;$/\t\t} else w=getint(\&s);\
		if (w<0) goto overflow;/
# Blanks and zeros by sixteen.
/^static void pad\(/,/^\}/c\
static void pad(FILE *f, char c, int w, int l, int fl)\
{\
	char some[16];\
	if (fl & (LEFT_ADJ | ZERO_PAD)) return;\
	memset(some, c, sizeof some);\
	for (l = w - l; l > 0; l -= 16)\
		out(f, some, MIN(l, 16));\
}
# Of a hexadecimal number fmt_fp() has to know the type.
s/fmt_fp\(f, arg\.f, w, p, fl, t\)/fmt_fp(f, arg.f, w, p, fl | (st==LDBL)<<30, t)/
# Arguments may have numbers up to 64.
s/^static int printf_core\(/static int argument(char **s)\
{\
	char *p = *s;\
	int n = 0;\
	while (*p-'0'<10U \&\& n<=64) n = 10*n + *p++ - '0';\
	if (!n || n>64 || *p!='$') return 0;\
	*s = p+1;\
	return n;\
}\
\
&/
s/^\tint t, pl;$/\tint t, pl, at;/
/^\t\tif \(isdigit\(s\[1\]\) && s\[2\]=='\$'\) \{$/,/^\t\t\}$/c\
		s++;\
		if ((argpos = argument(\&s))) l10n = 1;\
		else argpos = -1;
/^\t\t\tif \(isdigit\(s\[1\]\) && s\[2\]=='\$'\) \{$/,/^\t\t\t\} else if \(!l10n\) \{$/c\
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
s/^\tchar mb\[4\];$/\tchar mb[6];/
# A cancellation point, see thread/pthread_cancel.c.
s/^\t\tsaved_buf = f->buf;$/\t\tuk_cancel_stdio(f, 0, 0);\
&/
s/^#include "stdio_impl\.h"$/&\
#include <syscall.h>/
