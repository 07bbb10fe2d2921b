/* longjmp() to a frame further down the stack is not forbidden here: coroutines do it. */
#include "../alias.h"

ALIAS(__longjmp_chk, longjmp)
