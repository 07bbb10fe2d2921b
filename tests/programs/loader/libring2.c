int ring1(void);
int ring2(void) { return ring1() + 1; }
