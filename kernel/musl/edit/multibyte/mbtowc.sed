# As in mbrtowc.sed.
s/^\tif \(MB_CUR_MAX==1\) return .*$/\tif (MB_CUR_MAX==1) goto ilseq;/
# An incomplete character is no error of errno's.
s/^\tif \(n<4 && (.*)\) goto ilseq;$/\tif (n<4 \&\& \1 \&\& (n<2 || !OOB(c,*s)) \&\& (n<3 || s[1]-0x80u < 0x40)) return -1;\n&/
