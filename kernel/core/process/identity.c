#include "identity.h"

struct identity identity_first = {
	.permitted = CAP_ALL, .in_effect = CAP_ALL, .bounding = CAP_ALL, .dumpable = true,
};
