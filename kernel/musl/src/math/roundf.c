#include "to_integer.h"

float roundf(float x) { return float_to_integer(x, TO_NEAREST_AWAY); }
