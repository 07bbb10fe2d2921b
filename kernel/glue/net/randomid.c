/* A number for a query that nobody guesses. */
#include <stdint.h>

uint32_t arc4random(void);

unsigned __res_randomid(void)
{
	return arc4random() & 0xffff;
}
