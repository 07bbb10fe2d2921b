/* Sockets of the family AF_VSOCK: drivers/virtio_vsock has them. */
#include "interface.h"

struct file;

/* A new one, which is not in the table of descriptors yet, or ERR_PTR. FLAGS: O_NONBLOCK. */
INTERFACE(struct file *, vsock_socket, (int type, int protocol, int flags), (type, protocol, flags), ERR_PTR(-EAFNOSUPPORT))

/* This machine's CID; VMADDR_CID_ANY: there is none. */
INTERFACE(u32, vsock_local_cid, (void), (), ~0u)

/* At the end of the machine: connections end, and the device has everything that was sent, or does not want it. */
INTERFACE_OF_LOADED(void, vsock_flush, (void), (), )
