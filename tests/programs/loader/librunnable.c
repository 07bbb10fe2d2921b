// A library that names an interpreter, as those that can be run do (libcap.so.2).
const char interp[] __attribute__((section(".interp"))) = "/lib64/ld-linux-x86-64.so.2";

int answer(void) { return 42; }
