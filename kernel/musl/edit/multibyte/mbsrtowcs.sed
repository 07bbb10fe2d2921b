# As in mbrtowc.sed.
/^\tif \(MB_CUR_MAX==1\) \{$/,/^\t\}$/{
s/if \(!ws\) return strlen.*$/if (!ws) {\
			for (wn=0; s[wn]; wn++) if (s[wn] >= 128) return errno = EILSEQ, -1;\
			return wn;\
		}/
s/^\t\t\tc = \*s\+\+;$/\t\t\tif (*s >= 128) return *src = (const void *)s, errno = EILSEQ, -1;\
&/
}
