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
