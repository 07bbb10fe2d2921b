/* The list of types that can be mounted, which is empty unless fs/mounting is there. */
#include "vfs.h"

struct file_system *file_systems;
