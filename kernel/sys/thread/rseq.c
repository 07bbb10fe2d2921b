/* rseq(2): restartable sequences are not offered; C libraries ask once and go
 * without, so it is not worth a message. */
#include "kernel.h"

long sys_rseq(void *area, u32 len, int flags, u32 signature) { return -ENOSYS; }
SYSCALL(334, rseq, PARTIAL("refused: programs go without"));
