#include "to_integer.h"

float ceilf(float x) { return float_to_integer(x, signbit(x) ? TO_ZERO : TO_AWAY); }
