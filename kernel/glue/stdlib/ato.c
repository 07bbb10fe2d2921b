/* Numbers without a look at their end: the bounds of long are where strtol() stops, and int is cut from it. */
#include <stdlib.h>

int atoi(const char *s) { return strtol(s, 0, 10); }
long atol(const char *s) { return strtol(s, 0, 10); }
long long atoll(const char *s) { return strtoll(s, 0, 10); }
