#include "to_integer.h"

float floorf(float x) { return float_to_integer(x, signbit(x) ? TO_AWAY : TO_ZERO); }
