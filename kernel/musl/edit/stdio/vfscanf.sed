# Numbers out of range become the nearest that a long or an unsigned long has.
s/__intscan\(f, base, 0, ULLONG_MAX\)/__intscan(f, base, 0, t == 'd' || t == 'i' ? 1ULL << 63 : ULLONG_MAX)/
# Fewer characters than %Nc wants do, before the end.
/t == 'c' && shcnt\(f\) != width/d
# Flags: groups of digits, of which the locales here have none, and a locale's digits.
s/^\t\tfor \(width=0; isdigit\(\*p\); p\+\+\) \{$/\t\twhile (*p == '\\'' || *p == 'I') p++;\n&/
# %q is %ll, and so is %L of integers.
s/^\t\tcase 'L':$/\t\tcase 'q':\n&/
s/^\tcase SIZE_ll:$/&\n\tcase SIZE_L:/
# printf()'s name of a null pointer.
s/^\t\tint_common:$/&\
			if (t == 'p') {\
				static const char nil[] = "(nil)";\
				for (i = 0; i < 5 \&\& (c = shgetc(f)) == nil[i]; i++);\
				if (i == 5) {\
					if (dest) *(void **)dest = 0;\
					break;\
				}\
				shunget(f);\
				if (i) goto match_fail;\
			}/
# %b in programs compiled as C23, whose streams have flag 512 meanwhile (glue/stdio/scanf_c23.c).
s/^\t\tcase 'd': case 'i': case 'o': case 'u': case 'x':$/\t\tcase 'b': case 'd': case 'i': case 'o': case 'u': case 'x':/
s/^\t\tcase 'o':$/\t\tcase 'b':\
			if (!(f->flags \& 512)) goto fmt_fail;\
			base = 2;\
			goto int_common;\
&/
# A range that runs backwards is three characters.
s/^(\t\t\t\t\tif \(\*p=='-' && p\[1\] && p\[1\] != '\]')\)$/\1 \&\& p[-1] <= p[1])/
# What is no conversion does not match.
s/^fmt_fail:$//
s/^match_fail:$/fmt_fail:\n&/
# Integers look one character ahead, also behind their last column: that may be the end of the file.
s/^\t\t\tif \(t=='p' && dest\) .*$/\t\t\tif (width \&\& shcnt(f) >= width) {\
				pos += shcnt(f);\
				if (f->rpos == f->rend \&\& __uflow(f) >= 0) f->rpos--;\
				shlim(f, 0);\
			}\
&/
# Whoever finds the end of the input puts errno back, whatever a number before it said.
s/^\tFLOCK\(f\);$/\tint before = errno;\n&/
s/^\t\tif \(shgetc\(f\) < 0\) goto input_fail;$/\t\tif (shgetc(f) < 0) {\n\t\t\tif (!(f->flags \& F_ERR)) errno = before;\n\t\t\tgoto input_fail;\n\t\t}/
s/^\t\t\t\tif \(c<0\) goto input_fail;$/\t\t\t\tif (c<0 \&\& !(f->flags \& F_ERR)) errno = before;\n&/
1s/^/#include <errno.h>\n/
# The width of wide characters counts characters, of one byte or more.
s/^\t\tshlim\(f, width\);$/\t\tshlim(f, size == SIZE_l \&\& (t == 's' || t == 'c' || t == '[') ? 0 : width);/
/^\t\t\t\tst = \(mbstate_t\)\{0\};$/,/^\t\t\t\tif \(!mbsinit/{
	s/^\t\t\t\twhile \(scanset.*$/\t\t\t\tfor (chars=0; (!width || chars < width) \&\& scanset[(c=shgetc(f))+1]; ) {/
	s/^\t\t\t\t\tif \(wcs\) wcs\[i\+\+\] = wc;$/\t\t\t\t\tchars++;\n&/
	s/goto input_fail;/goto match_fail;/
	s/^\t\t\t\tif \(!mbsinit/\t\t\t\tif (width \&\& chars == width) whole = 1;\n&/
}
s/^\t\t\tshunget\(f\);$/\t\t\tif (whole) whole = 0;\n\t\t\telse shunget(f);/
s/^\tint invert;$/&\n\tint chars, whole = 0;/
# A letter behind modifiers that is no conversion matches nothing, before any input is looked at.
s/^\t\tt = \*p;$/&\
		if (!t || !strchr("diouxXaAeEfFgGcCsS[pn", t) \&\& (t != 'b' || !(f->flags \& 512))) goto fmt_fail;/
