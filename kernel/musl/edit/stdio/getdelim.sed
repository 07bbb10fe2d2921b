# Bad arguments are no error of the stream's, and a stream with an error gives no line.
/^\tif \(!n \|\| !s\) \{$/,/^\t\}$/s/^\t\tf->flags \|= F_ERR;$//
s/^\tif \(!\*s\) \*n=0;$/\tif (f->flags \& F_ERR) {\
		FUNLOCK(f);\
		return -1;\
	}\
&/
