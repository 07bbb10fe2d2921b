# Bytes that are no character are an error of the stream's.
s/^\t\tif \(l == -1\) \{$/&\n\t\t\tf->flags |= F_ERR;/
# A stream of bytes gives none.
s/^\tif \(f->mode <= 0\) fwide\(f, 1\);$/\tif (f->mode <= 0 \&\& fwide(f, 1) < 0) return WEOF;/
