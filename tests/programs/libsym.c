/* The library of symbols.c. */
int lib_counter = 7;
const char lib_text[] = "text of the library";
__thread int lib_tls = 70;

int hook(void) { return 1; }
int lib_own(void) { return lib_counter; }
int (*lib_get(void))(void) { return lib_own; }
int lib_calls_hook(void) { return hook() + 1; }
int lib_tls_value(void) { return lib_tls; }
