/* What calls change, for each that is here in full (FULL in kernel/sys): a row makes the call and then asks another one, or
 * /proc, whether that is so. mkkit's TestFullCallsHaveEffects wants a row for each of them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct effect {
	const char *name;
	bool (*seen)(void);	/* NULL: the call has no effect that others could ask for */
	enum where { ANYWHERE, AS_ROOT, IN_GUEST } where;	/* in a guest alone: what would change the host */
};

/* The linker gathers the rows. */
#define ROW(n, f, w) \
	static const struct effect row_##n = { #n, f, w }; \
	static const struct effect *const at_##n __attribute__((section("effects"), used)) = &row_##n
#define ROW_WITH(n, w) static bool seen_##n(void); ROW(n, seen_##n, w); static bool seen_##n(void)
#define EFFECT(n) ROW_WITH(n, ANYWHERE)
#define ROOT_EFFECT(n) ROW_WITH(n, AS_ROOT)
#define GUEST_EFFECT(n) ROW_WITH(n, IN_GUEST)
#define NONE(n, why) ROW(n, NULL, ANYWHERE)

#ifndef SYS_fchmodat2	/* of Linux 6.6 */
#define SYS_fchmodat2 452
#endif

#define C(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

/* main.c. The working folder is a new one. */
int new_file(const char *text);			/* opened for reading and writing, at its start; "file" is its name */
bool holds(const char *path, const char *text);	/* that alone */
bool absent(const char *path);
mode_t mode_of(const char *path);
bool in_thread(void *(*f)(void *));		/* what F says, in a thread of its own */
long field(const char *path, const char *name);	/* the number behind "NAME:" in a file of /proc, hexadecimal if SigBlk and its like */
void catch(int signal);				/* by a handler that counts in CAUGHT */
extern volatile sig_atomic_t caught;
