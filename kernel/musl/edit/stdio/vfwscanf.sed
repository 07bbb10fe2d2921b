# A stream of bytes gives no wide characters.
s/^\tfwide\(f, 1\);$/\tif (fwide(f, 1) < 0) {\
		FUNLOCK(f);\
		return -1;\
	}/
# %b in programs compiled as C23, whose streams have flag 512 meanwhile (glue/stdio/scanf_c23.c).
s/^\t\tcase 'd': case 'i': case 'o': case 'u': case 'x':$/\t\tcase 'b': case 'd': case 'i': case 'o': case 'u': case 'x':/
s/^\t\tcase 'p':$/&\n\t\t\tif (t == 'b' \&\& !(f->flags \& 512)) goto fmt_fail;/
# Flags, %q, ranges, %Nc and what is no conversion: as in vfscanf.sed.
s/^\t\tfor \(width=0; iswdigit\(\*p\); p\+\+\) \{$/\t\twhile (*p == '\\'' || *p == 'I') p++;\n&/
s/^\t\tcase 'L':$/\t\tcase 'q':\n&/
s/^(\t\tif \(\*p=='-' && p\[1\] && p\[1\] != '\]')\)$/\1 \&\& p[-1] <= p[1])/
s/if \(t == 'c' \|\| !gotmatch\)/if (!gotmatch)/
s/^fmt_fail:$//
s/^match_fail:$/fmt_fail:\n&/
# A character has up to six bytes.
s/k = t=='c' \? width\+1U : 31;/k = t=='c' \&\& size == SIZE_l ? width+1U : 31;/
s/i > k-4/i > k-6/
