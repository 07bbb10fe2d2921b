# As in mbrtowc.sed.
s/\(MB_CUR_MAX==1 && c!=EOF\) \? CODEUNIT\(c\) : WEOF/WEOF/
