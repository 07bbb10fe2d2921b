/* Sockets of the family AF_UNIX: fs/af_unix has them. */
#include "interface.h"

struct file;
struct text;

/* A new one, which is not in the table of descriptors yet, or ERR_PTR. FLAGS: O_NONBLOCK. */
INTERFACE(struct file *, unix_socket, (int type, int protocol, int flags), (type, protocol, flags), ERR_PTR(-EAFNOSUPPORT))

/* Two that are connected. 0 or -errno. */
INTERFACE(int, unix_pair, (struct file *ends[2], int type, int protocol, int flags), (ends, type, protocol, flags), -EAFNOSUPPORT)

/* Adds a line for each to T. */
INTERFACE_OF_LOADED(void, unix_list, (struct text *t), (t), )
