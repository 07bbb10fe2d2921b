# A stream of bytes takes no wide characters.
s/^\tif \(f->mode <= 0\) fwide\(f, 1\);$/\tif (f->mode <= 0 \&\& fwide(f, 1) < 0) return WEOF;/
# A character has up to six bytes.
s/MB_LEN_MAX/6/
