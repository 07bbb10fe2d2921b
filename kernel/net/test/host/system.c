/* What the kernel's code needs of the host: memory, and a way to say something. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void *kmalloc(size_t n) { return malloc(n ? n : 1); }
void *kzalloc(size_t n) { return calloc(1, n ? n : 1); }
void kfree(void *p) { free(p); }
void host_set_gs(void *base) { syscall(SYS_arch_prctl, ARCH_SET_GS, base); }
void host_say(const char *s) { fputs(s, stdout); }
void host_fail(const char *s) { fprintf(stderr, "%s\n", s); exit(1); }

int rounds(int argc, char **argv) { return argc > 1 ? atoi(argv[1]) : 1000; }
