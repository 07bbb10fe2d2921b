int shared(void) { return 2; }
int deep_only(void) { return 3; }
int deep_calls(void) { return shared(); }
int deep_data = 4;
__thread int deep_variable = 5;
int deep_tls(void) { return ++deep_variable; }
