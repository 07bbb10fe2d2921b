# glibc wants the slash.
s/if \(\*name == '\/'\) name\+\+;/if (*name++ != '\/') return __syscall_ret(-EINVAL);/
s/#include <fcntl.h>/#include <errno.h>\
&/
