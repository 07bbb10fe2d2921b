#include "to_integer.h"

double round(double x) { return double_to_integer(x, TO_NEAREST_AWAY); }
