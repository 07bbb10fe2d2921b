#include <math.h>
#include "fma_variant.h"

double log2(double x)
{
	return uk_has_fma() ? uk_log2_fma(x) : uk_log2_base(x);
}
