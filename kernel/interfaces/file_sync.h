/* What file systems have not written yet goes where it belongs: fs/write_back.c. */
#include "interface.h"

/* LAST: the machine ends after that, and no other thread is to run. */
INTERFACE(void, file_systems_sync, (bool last), (last), )
