/* Shared by the file system calls. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "kernel.h"
#include "linux_file.h"
#include "vfs.h"

static inline void file_cleanup(struct file **f)
{
	if (*f)
		file_put(*f);
}

/* Declares F: what FD refers to, held until the function returns. */
#define FD_ANY(f, fd)								\
	__attribute__((cleanup(file_cleanup))) struct file *f = fd_get(fd);	\
	if (!f)									\
		return -EBADF
#define FD_FILE(f, fd)								\
	FD_ANY(f, fd);								\
	if (f->flags & O_PATH)							\
		return -EBADF

/* iov.c: a vector of user memory, checked for PROT. */
struct iovs {
	struct iovec *v;
	u32 n;
	size_t total;
	struct iovec small[8];
};
int iov_import(struct iovs *i, const struct iovec *user, unsigned long n, int prot);
void iov_free(struct iovs *i);
long file_readv(struct file *f, const struct iovs *i, u64 *pos);
long file_writev(struct file *f, const struct iovs *i, u64 *pos);

#endif
