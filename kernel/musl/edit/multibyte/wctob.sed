# As in mbrtowc.sed.
/IS_CODEUNIT/d
