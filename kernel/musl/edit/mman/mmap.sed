# EPERM is what the kernel means (RLIMIT_MEMLOCK), and what glibc gives.
/Fixup incorrect EPERM/,/ret = -ENOMEM;/d
