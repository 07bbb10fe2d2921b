/* What the two forms of the pvpanic device share. */
#ifndef PVPANIC_H
#define PVPANIC_H

#include "types.h"

bool pvpanic_takes(u8 events);		/* what was read: is the device there, and does it take panics? */
extern volatile u8 *pvpanic_reg;	/* NULL: none */

#endif
