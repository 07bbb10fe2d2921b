# The kernel's part of these mutexes is linked with this.
s/^static volatile int check_pi_result/extern __attribute__((__visibility__("hidden"))) void futex_pi_anchor(void);\n&/
s/^\t\ta->__attr |= 8;$/\t\tfutex_pi_anchor();\n&/
