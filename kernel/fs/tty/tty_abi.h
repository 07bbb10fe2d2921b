/* Linux's ABI of terminals: include/uapi/asm-generic/termbits.h, termios.h and ioctls.h, linux/tty.h. */
#ifndef TTY_ABI_H
#define TTY_ABI_H

#include "types.h"

#define NCCS	19

/* struct termios2; struct termios is what comes before the speeds. */
struct termios {
	u32 iflag, oflag, cflag, lflag;
	u8 line, cc[NCCS];
	u32 in_speed, out_speed;
};
#define TERMIOS_SIZE 36
_Static_assert(sizeof(struct termios) == 44, "struct termios2 of Linux");

/* The older struct termio. */
struct termio {
	u16 iflag, oflag, cflag, lflag;
	u8 line, cc[8];
};
_Static_assert(sizeof(struct termio) == 18, "struct termio of Linux");

struct winsize {
	u16 rows, cols, xpixel, ypixel;
};

/* c_iflag */
#define PARMRK	0x8
#define ISTRIP	0x20
#define INLCR	0x40
#define IGNCR	0x80
#define ICRNL	0x100
#define IUCLC	0x200
#define IXON	0x400
#define IXANY	0x800
#define IUTF8	0x4000
/* c_oflag */
#define OPOST	0x1
#define OLCUC	0x2
#define ONLCR	0x4
#define OCRNL	0x8
#define ONOCR	0x10
#define ONLRET	0x20
#define XTABS	0x1800
/* c_cflag */
#define CBAUD	0x100f
#define CBAUDEX	0x1000
#define BOTHER	0x1000
#define CSIZE	0x30
#define CS8	0x30
#define CREAD	0x80
#define PARENB	0x100
#define CLOCAL	0x800
#define IBSHIFT	16
/* c_lflag */
#define ISIG	0x1
#define ICANON	0x2
#define ECHO	0x8
#define ECHOE	0x10
#define ECHOK	0x20
#define ECHONL	0x40
#define NOFLSH	0x80
#define ECHOCTL	0x200
#define ECHOPRT	0x400
#define ECHOKE	0x800
#define IEXTEN	0x8000
#define EXTPROC	0x10000
/* c_cc */
enum { VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSWTC, VSTART, VSTOP, VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE,
	VLNEXT, VEOL2 };

/* Besides those of linux_file.h. */
#define TCGETA		0x5405
#define TCSETA		0x5406
#define TCSETAW		0x5407
#define TCSETAF		0x5408
#define TCSBRK		0x5409
#define TCXONC		0x540a
#define TCFLSH		0x540b
#define TIOCEXCL	0x540c
#define TIOCNXCL	0x540d
#define TIOCSCTTY	0x540e
#define TIOCOUTQ	0x5411
#define TIOCSTI		0x5412
#define TIOCSWINSZ	0x5414
#define TIOCGSOFTCAR	0x5419
#define TIOCSSOFTCAR	0x541a
#define TIOCPKT		0x5420
#define TIOCNOTTY	0x5422
#define TIOCSETD	0x5423
#define TIOCGETD	0x5424
#define TCSBRKP		0x5425
#define TIOCSBRK	0x5427
#define TIOCCBRK	0x5428
#define TIOCGSID	0x5429
#define TIOCVHANGUP	0x5437
#define TIOCGLCKTRMIOS	0x5456
#define TIOCSLCKTRMIOS	0x5457
#define TCGETS2		0x802c542a
#define TCSETS2		0x402c542b
#define TCSETSW2	0x402c542c
#define TCSETSF2	0x402c542d
#define TIOCGPTN	0x80045430
#define TIOCSPTLCK	0x40045431
#define TIOCGDEV	0x80045432
#define TIOCSIG		0x40045436
#define TIOCGPKT	0x80045438
#define TIOCGPTLCK	0x80045439
#define TIOCGEXCL	0x80045440
#define TIOCGPTPEER	0x5441

/* The first byte of what a master reads in packet mode. */
#define TIOCPKT_FLUSHREAD	1
#define TIOCPKT_FLUSHWRITE	2
#define TIOCPKT_STOP		4
#define TIOCPKT_START		8
#define TIOCPKT_NOSTOP		16
#define TIOCPKT_DOSTOP		32
#define TIOCPKT_IOCTL		64

#endif
