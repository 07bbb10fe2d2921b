#include "kernel.h"

enum { BYTES, CALLS = 2, FETCHED = 4 };	/* read, written; read, written; from a disk */
extern u64 io_total[5];	/* fs/proc/io_total.c: as struct thread's io */
