#include <stdio.h>
int __attribute__((weak)) ring2(void);
int ring1(void) { return 1; }
int found_by_user(void) { return 40; }
int around(void) { return ring2() + 10; }
