/* The one process: what the loader and the shell's environment left behind. */
#include "kernel.h"
#include "vfs.h"

char *exe_path;
char *exe_args, *exe_env, *exe_env_end;
u64 *exe_auxv;
u32 fs_umask = 022;
