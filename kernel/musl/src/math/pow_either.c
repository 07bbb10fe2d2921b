#include <math.h>
#include "fma_variant.h"

double pow(double x, double y)
{
	return uk_has_fma() ? uk_pow_fma(x, y) : uk_pow_base(x, y);
}
