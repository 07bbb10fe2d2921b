/* What the tests of hostile devices share. */
#ifndef TEST_SOCKETS_H
#define TEST_SOCKETS_H

#include "../../inet/inet.h"

/* system.c */
void host_say(const char *s), host_fail(const char *s), host_set_gs(void *base);
int rounds(int argc, char **argv);

/* sockets.c: a number below N, the same ones in every run; 0 if N is. */
u32 any(u32 n);
extern u64 seed;

/* Looks at what waits at a socket, and counts what was reached at all: connections by WAY, and data that waits. */
void check_socket(struct inet *i, const struct inet_way *way);
extern u32 established, received, datagrams, accepted;

#endif
