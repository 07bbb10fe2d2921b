/* Terminals, of which the console may be one and pseudoterminals others (fs/pty): what the files of this folder share.
 * It follows termios(3) and, where that leaves open what happens, Linux's line discipline, byte for byte. */
#ifndef TTY_H
#define TTY_H

#include "driver.h"
#include "kernel.h"
#include "linux_file.h"
#include "signal.h"
#include "tty_abi.h"
#include "vfs.h"

#define RING		4096	/* characters that wait to be read, the line that is edited among them */
#define BACKLOG		8448	/* and those for which it has no room: what Linux lets come in single bytes */

/* Bytes in the order in which they came (queue.c). */
struct queue {
	struct piece *first, *last;
	u32 count;
};
size_t queue_add(struct queue *q, const void *s, size_t n);	/* fewer than N when memory is out */
size_t queue_take(struct queue *q, void *to, size_t n);
void queue_cut(struct queue *q, u32 keep);			/* forgets what is behind the first KEEP bytes */

struct tty;

/* What a terminal is on. */
struct tty_device {
	u32 (*room)(struct tty *tty);				/* how many bytes write() takes now; NULL: any number */
	long (*write)(struct tty *tty, const char *s, size_t n);	/* all of them, or an error */
	int (*open)(struct tty *tty);				/* by the name /dev/tty too. This and the others may be NULL */
	void (*close)(struct tty *tty);
	void (*input_taken)(struct tty *tty);			/* there may be room for more */
	void (*flush_output)(struct tty *tty);
	void (*status)(struct tty *tty, u8 clear, u8 set);	/* TIOCPKT_* that the other side would like to know */
};

struct tty {
	const struct tty_device *device;
	u32 rdev;
	struct termios termios, locked;
	struct winsize size;

	/* Input. Counts of characters: what came in, what of it is complete (canonical mode), what was read. */
	u8 ring[RING];
	u64 ends[RING / 64];	/* a bit for each: a line ends here; if it is 0, by VEOF */
	u32 head, complete, tail;
	bool canonical;
	bool erasing;		/* ECHOPRT: between \ and / */
	bool literal;		/* VLNEXT was typed: the next character means itself */
	struct queue backlog;
	u32 seen;		/* of the backlog: VSTART and VSTOP have done their work */

	/* Output. */
	u32 column, line_column;	/* of the cursor, and of where the line begins */
	u8 echoes[RING];	/* echo.c */
	u32 echo_head, echo_mark, echo_commit, echo_tail;
	bool stopped;		/* nothing goes out: VSTOP or tcflow() */
	bool held;		/* it was tcflow() */

	bool ended;		/* there will be no more input */
	bool other_closed;	/* nobody has the other side */
	bool exclusive;		/* TIOCEXCL */
	u32 hangups;		/* files keep the count of when they were opened in their position */
	struct waitq readers, writers;
};

extern struct tty *console_tty;		/* NULL: the console is none */
extern struct tty *controlling_tty;	/* of the one session; NULL: it has none */

/* The terminal that F is open on. */
static inline struct tty *tty_of(const struct file *f)
{
	return f->data ? f->data : console_tty;
}

static inline bool hung_up(const struct file *f)
{
	return f->pos != tty_of(f)->hangups;
}

static inline bool has(u32 flags, u32 bit)
{
	return flags & bit;
}

/* Is C the character of that function? 0 stands for none (_POSIX_VDISABLE). */
static inline bool is(const struct tty *tty, u8 c, int which)
{
	return c && tty->termios.cc[which] == c;
}

static inline bool is_control(u8 c)
{
	return c < 0x20 || c == 0x7f;
}

static inline bool is_continuation(const struct tty *tty, u8 c)	/* of a character in UTF-8 */
{
	return has(tty->termios.iflag, IUTF8) && (c & 0xc0) == 0x80;
}

/* Characters that came in and were not read; whether lines count for reading. */
static inline u32 ring_count(const struct tty *tty)
{
	return tty->head - tty->tail;
}

static inline bool by_lines(const struct tty *tty)
{
	return tty->canonical && !has(tty->termios.lflag, EXTPROC);
}

static inline bool line_ends_at(const struct tty *tty, u32 i)
{
	return tty->ends[i % RING / 64] >> (i % 64) & 1;
}

static inline void line_end_set(struct tty *tty, u32 i, bool end)
{
	u64 bit = 1UL << (i % 64), *word = &tty->ends[i % RING / 64];

	*word = end ? *word | bit : *word & ~bit;
}

/* Of kernels whose program can catch signals; others end by one. */
bool signal_send_info(struct thread *t, int sig, const struct siginfo *info) __attribute__((weak, noplt));

/* tty.c: a terminal as a file. tty_init gives it modes and queues. */
extern const struct file_ops tty_ops;
void tty_init(struct tty *tty, const struct tty_device *device);
int tty_open(struct tty *tty, struct file *f);
void tty_hang_up(struct tty *tty);

/* read.c */
long tty_read(struct file *f, void *buf, size_t n, u64 *pos);
bool tty_readable(const struct tty *tty, bool poll);

/* input.c: characters came in. room: how many go into the ring. */
void tty_input(struct tty *tty, const u8 *s, size_t n);
void tty_input_go_on(struct tty *tty);		/* with the backlog, as far as there is room */
void ring_flush(struct tty *tty);
void line_add(struct tty *tty, u8 c);
void line_complete(struct tty *tty, u8 c);

/* edit.c: a character of a line that is edited. Whether it was one that does something. */
bool edit_input(struct tty *tty, u8 c);
bool is_letter(u8 c, bool upper);
void line_echo(struct tty *tty, u8 c, bool raw);

/* output.c: what is written, as the modes say. output_some: how many of N bytes there was room for, or an error. */
struct out {
	struct tty *tty;
	u32 room, len;
	long error;
	char text[256];
};
void out_begin(struct out *o, struct tty *tty);
void out_put(struct out *o, char c);
bool out_processed(struct out *o, u8 c);	/* false: no room */
void out_end(struct out *o);
long output_some(struct tty *tty, const char *s, size_t n);
void output_stop(struct tty *tty);
void output_start(struct tty *tty);

/* echo.c: shows characters that were typed, in the order in which that happens and not before there is room. */
void echo(struct tty *tty, u8 c);		/* control characters as ^X, if so asked */
void echo_raw(struct tty *tty, u8 c);
void echo_line_begins(struct tty *tty);
void echo_back_column(struct tty *tty);
void echo_erase_tab(struct tty *tty, u32 columns, bool after_tab);
void echo_commit(struct tty *tty);		/* what was added can be shown */
void echo_go_on(struct tty *tty);
void echo_all(struct tty *tty);
void echo_flush(struct tty *tty);

/* modes.c: termios. */
long modes_ioctl(struct tty *tty, unsigned long cmd, unsigned long arg);
void modes_set(struct tty *tty, const struct termios *t);

/* ioctl.c: what any terminal answers. real: the terminal, or of a pseudoterminal's master the other side. */
long tty_ioctl(struct file *f, unsigned long cmd, unsigned long arg);
long tty_common_ioctl(struct tty *tty, struct file *f, unsigned long cmd, unsigned long arg);
long tty_put_int(unsigned long arg, int value);
void tty_resize(struct tty *tty, const struct winsize *size);
void tty_flush_input(struct tty *tty);
void tty_flush_output(struct tty *tty);

/* session.c: the controlling terminal. */
void session_take(struct tty *tty, const struct file *f);	/* F was opened */
void session_lose(struct tty *tty);				/* it was hung up */
void session_signal(const struct tty *tty, int sig);		/* to the foreground group */
long session_ioctl(struct tty *tty, bool master, struct file *f, unsigned long cmd, unsigned long arg);

#endif
