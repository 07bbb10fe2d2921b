# An empty mode is none.
s/^\tif \(!strchr\("rwa", \*mode\)\) \{$/\tif (!*mode || !strchr("rwa", *mode)) {/
# What does not fit is an error.
s/^\t\tif \(mwrite\(f, f->wpos, len2\) < len2\) return 0;$/\t\tif (mwrite(f, f->wpos, len2) < len2) {\
			f->wpos = f->wbase = f->wend = 0;\
			f->flags |= F_ERR;\
			return 0;\
		}/
s/^\tif \(len > rem\) len = rem;$/\tif (len \&\& !rem) errno = ENOSPC;\n&/
