__thread int visible = 42;
static __thread char block[100];
void *where(void) { return &visible; }
int use(void) { return ++visible + block[50]; }
