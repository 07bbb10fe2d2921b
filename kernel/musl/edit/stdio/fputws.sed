# Success is 1.
s/^\treturn l; \/\* 0 or -1 \*\/$/\treturn l < 0 ? -1 : 1;/
# A stream of bytes takes no wide characters.
s/^\tfwide\(f, 1\);$/\tif (fwide(f, 1) < 0) {\
		FUNLOCK(f);\
		return -1;\
	}/
