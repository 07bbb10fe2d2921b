# As in fputwc.sed.
s/MB_LEN_MAX/6/
