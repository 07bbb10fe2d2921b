# errno has it as well.
s/^\tif \(\(err = __syscall\(SYS_ioctl, fd, TIOCGPTN, &pty\)\)\) return -err;$/\tif ((err = __syscall(SYS_ioctl, fd, TIOCGPTN, \&pty))) return errno = -err;/
s/return ERANGE;$/return errno = ERANGE;/
# Of what is no terminal.
/^int grantpt/,/^\}/s/^\treturn 0;$/\tint n;\n\tif (!ioctl(fd, TIOCGPTN, \&n)) return 0;\n\tif (errno == ENOTTY) errno = EINVAL;\n\treturn -1;/
s/^\treturn ioctl\(fd, TIOCSPTLCK, &unlock\);$/\tif (!ioctl(fd, TIOCSPTLCK, \&unlock)) return 0;\n\tif (errno == ENOTTY) errno = EINVAL;\n\treturn -1;/
