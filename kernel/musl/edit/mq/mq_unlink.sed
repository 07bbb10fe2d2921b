# glibc wants the slash.
s/if \(\*name == '\/'\) name\+\+;/if (*name++ != '\/') { errno = EINVAL; return -1; }/
