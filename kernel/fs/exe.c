/* The one process: what the loader and the shell's environment left behind. */
#include "kernel.h"
#include "vfs.h"

char *exe_path;
char *const *exe_argv, *const *exe_envp;
int exe_argc;
u32 fs_umask = 022;
