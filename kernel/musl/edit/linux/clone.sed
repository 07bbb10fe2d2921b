# Nothing to run, or nowhere to.
s/^\treturn __syscall_ret\(__clone/\tif (!func || !stack) return __syscall_ret(-EINVAL);\n&/
s/^#include "syscall.h"$/&\n#include <errno.h>/
