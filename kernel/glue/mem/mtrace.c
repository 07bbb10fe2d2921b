/* Tracing of allocations, which glibc does when MALLOC_TRACE names a file, and profiling: not done here. */
void mtrace(void) {}
void muntrace(void) {}
void monstartup(unsigned long low, unsigned long high) {}
void _mcleanup(void) {}
void moncontrol(int on) {}
