# A stream of bytes gives no wide characters.
s/^\tfwide\(f, 1\);$/\tif (fwide(f, 1) < 0) {\
		FUNLOCK(f);\
		return -1;\
	}/
# %b in programs compiled as C23, whose streams have flag 512 meanwhile (glue/stdio/scanf_c23.c).
s/^\t\tcase 'd': case 'i': case 'o': case 'u': case 'x':$/\t\tcase 'b': case 'd': case 'i': case 'o': case 'u': case 'x':/
s/^\t\tcase 'p':$/&\n\t\t\tif (t == 'b' \&\& !(f->flags \& 512)) goto fmt_fail;/
