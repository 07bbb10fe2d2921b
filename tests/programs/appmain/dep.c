#include <stdio.h>

_Thread_local int dep_local = 1;

const char *who(void) { return "dep"; }

__attribute__((constructor)) static void first(int argc, char **argv) { printf("dep: constructor %d\n", argc); }
__attribute__((destructor)) static void last(void) { puts("dep: destructor"); }

int dep_call(void) { return printf("dep: called, %s, %d\n", who(), dep_local); }
