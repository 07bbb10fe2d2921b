# As in mbrtowc.sed.
s/^\tif \(MB_CUR_MAX==1\) return .*$/\tif (MB_CUR_MAX==1) goto ilseq;/
