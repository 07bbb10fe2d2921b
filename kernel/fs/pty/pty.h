/* Pseudoterminals (pty(7)): a terminal, the slave, whose screen and keyboard is a file, the master. */
#ifndef PTY_H
#define PTY_H

#include "../tty/tty.h"

#define RECEIVED	4095	/* bytes that a master has received; what is behind them is on its way, and can be flushed */
#define ON_ITS_WAY	8192
#define PTY_MOST	4096

struct pty {
	struct tty tty;		/* the slave */
	struct vnode node;	/* N in /dev/pts. Both sides' files have references: the last takes the pair away */
	struct pty *next;
	u32 index;
	bool mastered;		/* the master is open */
	u32 opens;		/* of the slave */
	bool locked;		/* the slave cannot be opened (unlockpt(3)) */

	/* The master. */
	struct queue out;	/* what it can read */
	bool packet;		/* TIOCPKT, and what is new of the slave */
	u8 status;
	bool slave_closed;	/* all that had the slave open have closed it */
	bool stopped;		/* tcflow() on it: what is written does not go to the slave */
	bool exclusive;
	struct waitq readers, writers;
};

static inline struct pty *pty_of(struct tty *tty)
{
	return container_of(tty, struct pty, tty);
}

extern u32 pty_count;

/* devpts.c. new: with a number and a name, and one reference, of the file system. */
struct pty *pty_new(void);
void pty_unlink(struct pty *p);		/* takes the name away */
int pty_slave_open(struct pty *p, int flags, struct file **out);

/* slave.c */
extern const struct tty_device pty_device;

/* master.c */
int pty_master_open(struct file *f);
long pty_master_ioctl(struct file *f, unsigned long cmd, unsigned long arg);	/* ioctl.c */
bool pty_takes(const struct pty *p);	/* is there room for what the master writes? */

#endif
