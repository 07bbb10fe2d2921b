#ifndef FCNTL_H
#define FCNTL_H

struct file;

long fcntl_plain(int fd, int cmd, unsigned long arg);	/* what descriptors are; else fcntl_more() */
long fcntl_more(struct file *f, int cmd, unsigned long arg);

#endif
