int found_by_user(void);
int user(void) { return found_by_user() + 2; }
