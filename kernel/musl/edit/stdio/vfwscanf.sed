# A stream of bytes gives no wide characters.
s/^\tfwide\(f, 1\);$/\tif (fwide(f, 1) < 0) {\
		FUNLOCK(f);\
		return -1;\
	}/
