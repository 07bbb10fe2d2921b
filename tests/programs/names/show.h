// What a call gave, and errno if it failed. A name that headers hide, or of which only an old version is left, is
// declared under a name of the test's own.
#include <errno.h>
#include <stdio.h>

#define E(call) (errno = 0, shown = (long)(call), printf("%s: %ld %d\n", #call, shown, shown == -1 ? errno : 0))
#define T(text) printf("%s: %s\n", #text, text)
#define NAMED(name) __asm__(#name)
#define VERSION(own, name, version) __asm__(".symver " #own "," #name "@" #version)

static long shown;
