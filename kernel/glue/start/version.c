/* The glibc that programs may think they run on: the one of Debian 12. */
const char *gnu_get_libc_version(void) { return "2.36"; }
const char *gnu_get_libc_release(void) { return "stable"; }
