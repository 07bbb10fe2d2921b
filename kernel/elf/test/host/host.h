/* Between the harness's two halves: host headers on one side, the kernel's on the other. */
#ifndef HOST_H
#define HOST_H

extern const char *test_folder;
const char *link_program(const char *path);	/* NULL or a message */
int host_mapped(unsigned long address);		/* in a mapping of vm_map()? */
long host_open(const char *path, unsigned long *size, unsigned *mode);	/* descriptor or -1 */
long host_read(int fd, void *buf, unsigned long n, unsigned long pos);
long host_map(unsigned long addr, unsigned long len, int prot, int flags, int fd, unsigned long offset);
long host_protect(unsigned long addr, unsigned long len, int prot);
long host_unmap(unsigned long addr, unsigned long len);
void host_panic(const char *s);

#endif
