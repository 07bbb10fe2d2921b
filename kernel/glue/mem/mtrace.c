/* Allocations are traced by glibc's libc_malloc_debug.so, where it is preloaded; else its functions do nothing, as these. Nothing is profiled. */
void mtrace(void) {}
void muntrace(void) {}
void monstartup(unsigned long low, unsigned long high) {}
void _mcleanup(void) {}
void moncontrol(int on) {}
