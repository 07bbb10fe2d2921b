__thread const char *lib_text = "library";
static __thread int uses = 10;
static __thread long zeroes[500];
int lib_use(void) { return ++uses + (int)zeroes[499]++; }
