/* Terminals, of which the console may be one: what the files of this folder share. It follows termios(3) and, where that
 * leaves open what is echoed, Linux's line discipline. */
#ifndef TTY_H
#define TTY_H

#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "signal.h"
#include "vfs.h"

/* Linux include/uapi/asm-generic/termbits.h. */
struct termios {
	u32 iflag, oflag, cflag, lflag;
	u8 line, cc[19];
};
/* c_iflag */
#define ISTRIP	0x20
#define INLCR	0x40
#define IGNCR	0x80
#define ICRNL	0x100
#define IXON	0x400
#define IXANY	0x800
#define IMAXBEL	0x2000
#define IUTF8	0x4000
/* c_oflag */
#define OPOST	0x1
#define ONLCR	0x4
#define OCRNL	0x8
#define ONOCR	0x10
#define ONLRET	0x20
#define XTABS	0x1800
/* c_lflag */
#define ISIG	0x1
#define ICANON	0x2
#define ECHO	0x8
#define ECHOE	0x10
#define ECHOK	0x20
#define ECHONL	0x40
#define NOFLSH	0x80
#define ECHOCTL	0x200
#define ECHOKE	0x800
#define IEXTEN	0x8000
/* c_cc */
enum { VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSWTC, VSTART, VSTOP, VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE,
	VLNEXT, VEOL2 };

struct winsize {
	u16 rows, cols, xpixel, ypixel;
};

#define READY_SIZE	4096	/* characters that wait to be read */
#define LINE_SIZE	4096	/* and of the line that is edited, with its end */

/* Characters that can be read carry where a line ends. */
#define LINE_END	0x100	/* this is the last character of a line */
#define END_OF_FILE	0x200	/* no character: here VEOF was typed */

struct tty {
	struct termios termios;
	struct winsize size;
	u16 ready[READY_SIZE];	/* a ring */
	u32 head, tail;		/* counts of what came in, and of what was read */
	u32 lines;		/* entries with LINE_END or END_OF_FILE among them */
	u8 line[LINE_SIZE];
	u32 len;
	u32 line_column;	/* where on the screen the line begins */
	u32 column;		/* of the cursor */
	bool literal;		/* VLNEXT was typed: the next character means itself */
	bool stopped;		/* VSTOP was typed */
	bool ended;		/* there will be no more input */
	struct waitq readers, writers;
	long (*write)(struct tty *tty, const char *s, size_t n);	/* to the screen, as the modes have made it */
};

extern struct tty console_tty;

/* The terminal that F is open on. */
static inline struct tty *tty_of(const struct file *f)
{
	return f->data ? f->data : &console_tty;
}

extern struct vnode console_vnode;	/* fs/console.c */

static inline bool mode(u32 flags, u32 bit)
{
	return flags & bit;
}

/* Is C the character of that function? 0 stands for none (_POSIX_VDISABLE). */
static inline bool is(struct tty *tty, u8 c, int which)
{
	return c && tty->termios.cc[which] == c;
}

static inline bool is_continuation(struct tty *tty, u8 c)	/* of a character in UTF-8 */
{
	return mode(tty->termios.iflag, IUTF8) && (c & 0xc0) == 0x80;
}

/* Of kernels whose program can catch signals; others end by one. */
void signal_send(struct thread *t, int sig) __attribute__((weak, noplt));

/* tty.c: a terminal as a file. tty_init gives it modes and queues; its maker says where output goes. */
extern const struct file_ops tty_ops;
void tty_init(struct tty *tty);

/* input.c: a character came in. ready_flush forgets what was not read. */
void tty_input(struct tty *tty, u8 c);
void ready_add(struct tty *tty, u16 entry);
void ready_flush(struct tty *tty);

/* edit.c: a character of a line that is edited; what was typed of it becomes readable. */
void edit_input(struct tty *tty, u8 c);
void edit_commit(struct tty *tty);

/* output.c: writes as the modes say. go_on: what was stopped does. echo: shows a character that was typed. */
long tty_output(struct tty *tty, const char *s, size_t n);
void output_go_on(struct tty *tty);
void echo(struct tty *tty, u8 c);
void echo_text(struct tty *tty, const char *s);
u32 echo_width(struct tty *tty, u8 c, u32 column);

/* ioctl.c */
long tty_ioctl(struct file *f, unsigned long cmd, unsigned long arg);
void tty_resize(struct tty *tty, u16 rows, u16 cols);

/* The count of characters that read() could take now. */
static inline u32 ready_count(const struct tty *tty)
{
	return tty->head - tty->tail;
}

#endif
