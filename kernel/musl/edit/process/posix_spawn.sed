# What src/process/spawn_actions_np.c notes nobody does yet, as there are no processes.
/^\t\t\tcase FDOP_CLOSE:$/i\
			default:\
				ret = -ENOSYS;\
				goto fail;
s/^#include <unistd\.h>$/&\
#include <errno.h>/
