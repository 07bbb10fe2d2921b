/* Has the function behind socket(AF_VSOCK), and takes its time to start. */
#include "af_vsock.h"
#include "kernel.h"
#include "module.h"

#define ENOTUNIQ 76

static int sockets_start(void)
{
	struct waitq nobody = WAITQ_INIT(nobody);

	kprintf("sockets: starting\n");
	wait_on(&nobody, now_monotonic() + 50000000, false);
	kprintf("sockets: started\n");
	return 0;
}
MODULE_INIT(sockets_start, NULL);

struct file *vsock_socket(int type, int protocol, int flags)
{
	return ERR_PTR(-ENOTUNIQ);
}
IMPLEMENT(vsock_socket);
