#include <math.h>
#include "fma_variant.h"

double exp(double x)
{
	return uk_has_fma() ? uk_exp_fma(x) : uk_exp_base(x);
}
