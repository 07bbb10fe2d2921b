/* What symbols of a library can be: IFUNC, unique, protected, thread-local by the initial-exec model; relative relocations
 * packed (RELR), and DT_INIT and DT_FINI beside the arrays. */
#include <stdio.h>

static int one(void) { return 1; }
static int two(void) { return 2; }
static int (*choose(void))(void) { return two; }
int chosen(void) __attribute__((ifunc("choose")));
static int (*choose_inside(void))(void) { return one; }
static int inside(void) __attribute__((ifunc("choose_inside")));
int (*const table[])(void) = { one, two, chosen, inside };
int sum(void) { return table[0]() + 10 * table[1]() + 100 * table[2]() + 1000 * table[3](); }

int guarded __attribute__((visibility("protected"))) = 5;
int *guarded_here(void) { return &guarded; }
int guarded_function(void) __attribute__((visibility("protected")));
int guarded_function(void) { return 6; }
void *guarded_function_here(void) { return (void *)guarded_function; }
int copied = 7;
int *copied_here(void) { return &copied; }
const int constant[4] = { 1, 2, 3, 4 };

static __thread int counter __attribute__((tls_model("initial-exec"))) = 8;
int count(void) { return counter++; }

void kinds_init(void) { puts("DT_INIT"); }
void kinds_fini(void) { puts("DT_FINI"); fflush(stdout); }
__attribute__((constructor(101))) static void early(void) { puts("constructor 101"); }
__attribute__((constructor)) static void late(void) { puts("constructor"); }
__attribute__((destructor(101))) static void last(void) { puts("destructor 101"); }
__attribute__((destructor)) static void first(void) { puts("destructor"); }
