# Unknown flags are an error, as the kernel's dup3() has it.
s/^\tif \(old==new\)/\tif (old==new || flags \& ~O_CLOEXEC)/
