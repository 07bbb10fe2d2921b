#include "to_integer.h"

float truncf(float x) { return float_to_integer(x, TO_ZERO); }
