/*
 * The outermost end of the first thread's stack, which garbage collectors scan
 * up to. Constant, as programs copy it into memory that becomes read-only.
 */
#include "layout.h"

void *__libc_stack_end = (void *)(USER_STACK_TOP - 16);
