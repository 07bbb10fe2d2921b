/* Wants what only libunused.so has, which nobody loads (-DNOBODY). */
#ifdef NOBODY
int nobody(void) { return 0; }
#else
int nobody(void);
int needy(void) { return nobody(); }
#endif
