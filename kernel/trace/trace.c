/* Records of system calls: what goes in, what comes out, and what memory the arguments lead to.
 *
 * A record is one write to the serial port:
 *   STX kind SP tid SP number SP nanoseconds ... ETX
 * kind E: six arguments follow; L: the result; S: of a signal, no more numbers. All numbers are hexadecimal. Then what was
 * captured: SP, the argument's number, '=' and bytes, those that are not printable as \xx. */
#include "driver.h"
#include "kernel.h"
#include "signal.h"
#include "trace.h"

#define STX		2
#define ETX		3
#define PATH_MOST	4096
#define PIECE_MOST	33	/* one more than is shown, so that it is known that there is more */
#define VECTORS_MOST	16
#define ROOM		(4 * PATH_MOST)

static char record[ROOM];	/* the kernel lock's */
static unsigned length;
static bool full;		/* it was too long: what is behind is left out */

static void put(char c)
{
	if (length < ROOM - 4)
		record[length++] = c;
	else
		full = true;
}

static void put_byte(u8 c)
{
	static const char digits[] = "0123456789abcdef";

	if (c > ' ' && c < 0x7f && c != '\\') {
		put(c);
		return;
	}
	put('\\');
	put(digits[c >> 4]);
	put(digits[c & 15]);
}

static void put_bytes(const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_byte(((const u8 *)p)[i]);
}

static void put_number(u64 v)
{
	char text[20];
	int n = ksnprintf(text, sizeof(text), " %lx", v);

	for (int i = 0; i < n; i++)
		put(text[i]);
}

static void begin(char kind, u64 number)
{
	length = 0;
	full = false;
	put(STX);
	put(kind);
	put_number(current()->tid);
	put_number(number);
	put_number(now_realtime());
}

static void end(void)
{
	record[length++] = full ? '!' : '.';
	record[length++] = ETX;
	serial_write(record, length);
}

/* Which calls are wanted: a bit each, in the hexadecimal digits of uk.trace, those of the first calls first; all without. */
static bool wanted(u32 nr)
{
	static const char *mask;
	static bool known;

	if (!known) {
		mask = cmdline_get(CMD_TRACE, 0);
		known = true;
	}
	if (!mask)
		return true;
	for (const char *p = mask; *p; p++, nr -= 4) {
		if (nr < 4)
			return ((*p <= '9' ? *p - '0' : *p - 'a' + 10) >> nr) & 1;
	}
	return false;
}

static bool start(int arg, const void *p, size_t n)
{
	if (!p || !user_ok(p, n, PROT_READ))
		return false;
	put(' ');
	put('0' + arg);
	put('=');
	return true;
}

static void capture_bytes(int arg, const void *p, size_t n)
{
	if (start(arg, p, n))
		put_bytes(p, n);
}

static void capture_string(int arg, const char *s)
{
	long n = s ? user_strlen(s, PATH_MOST) : -EFAULT;

	if (n == -ENAMETOOLONG)
		n = PATH_MOST;
	if (n >= 0)
		capture_bytes(arg, s, n);
}

static void put_u64(u64 v)
{
	put_bytes(&v, sizeof(v));
}

/* A piece: how many bytes follow, and they. */
static void put_piece(const void *p, u64 n)
{
	u64 size = min(n, (u64)PIECE_MOST);

	if (!p || !user_ok(p, size, PROT_READ))
		size = 0;
	put_u64(size);
	put_bytes(p, size);
}


static void put_vectors(const struct iovec *v, u64 n, u64 filled)
{
	for (u64 i = 0; i < min(n, (u64)VECTORS_MOST); i++) {
		u64 has = min(v[i].len, filled);
		put_u64((u64)v[i].base);
		put_u64(v[i].len);
		put_piece(v[i].base, has);
		filled -= has;
	}
}

static void capture_vectors(int arg, const struct iovec *v, u64 n, u64 filled)
{
	if (start(arg, v, min(n, (u64)VECTORS_MOST) * sizeof(*v)))
		put_vectors(v, n, filled);
}

struct message { const void *name; u32 name_len, pad; const struct iovec *iov; u64 iov_len; const void *control; u64 control_len; u32 flags, pad2; };

static void capture_message(int arg, const struct message *m, u64 filled)
{
	u64 n;

	if (!start(arg, m, sizeof(*m)))
		return;
	put_bytes(m, sizeof(*m));
	n = m->name_len;
	put_u64(m->name && n <= 128 && user_ok(m->name, n, PROT_READ) ? n : 0);
	if (m->name && n <= 128 && user_ok(m->name, n, PROT_READ))
		put_bytes(m->name, n);
	n = min(m->iov_len, (u64)VECTORS_MOST);
	if (m->iov && user_ok(m->iov, n * sizeof(*m->iov), PROT_READ))
		put_vectors(m->iov, n, filled);
}

static void capture_strings(int arg, const char *const *list)
{
	if (!start(arg, list, sizeof(*list)))
		return;
	for (int i = 0; i < 64 && user_ok(list + i, sizeof(*list), PROT_READ) && list[i]; i++) {
		long n = user_strlen(list[i], PATH_MOST);
		put_u64((u64)list[i]);
		put_piece(list[i], n >= 0 ? n : 0);
	}
}

#define TCGETS		0x5401
#define TCSETSF		0x5404
#define TIOCGPGRP	0x540f
#define TIOCGWINSZ	0x5413
#define TIOCSWINSZ	0x5414
#define FIONREAD	0x541b
#define FIONBIO		0x5421

static void capture_ioctl(int arg, u32 request, const void *p, bool after)
{
	size_t n = 0;

	if (after)
		n = request == TCGETS ? 36 : request == TIOCGWINSZ ? 8 : request == FIONREAD || request == TIOCGPGRP ? 4 : 0;
	else
		n = request > TCGETS && request <= TCSETSF ? 36 : request == TIOCSWINSZ ? 8 : request == FIONBIO ? 4 : 0;
	if (n)
		capture_bytes(arg, p, n);
}

struct entry { u64 ino; s64 off; u16 len; };

static void capture_entries(int arg, const char *p, u64 size)
{
	u64 n = 0;

	if (!start(arg, p, size))
		return;
	for (u64 at = 0; at + sizeof(struct entry) <= size && ((struct entry *)(p + at))->len; at += ((struct entry *)(p + at))->len)
		n++;
	put_u64(n);
}

/* Before the call: what it reads. */
static void capture_before(int i, const u64 *args, u32 how, u64 size)
{
	void *p = (void *)args[i];
	u64 next = i < 5 ? args[i + 1] : 0;

	switch (how) {
	case CAPTURE_STRING:
		capture_string(i, p);
		break;
	case CAPTURE_IN:
	case CAPTURE_INOUT:
		capture_bytes(i, p, size);
		break;
	case CAPTURE_BUFFER_IN:
		capture_bytes(i, p, min(next, size));
		break;
	case CAPTURE_ARRAY_IN:
	case CAPTURE_ARRAY_INOUT:
		capture_bytes(i, p, min((u64)(u32)next, (u64)VECTORS_MOST) * size);
		break;
	case CAPTURE_IOV_IN:
		capture_vectors(i, p, (u32)next, ~0ul);
		break;
	case CAPTURE_MSG_IN:
		capture_message(i, p, ~0ul);
		break;
	case CAPTURE_SIZED_OUT:		/* how much room there is */
		capture_bytes(i + 1, (void *)next, 4);
		break;
	case CAPTURE_IOCTL:
		capture_ioctl(i, args[i - 1], p, false);
		break;
	case CAPTURE_FCNTL:
		if ((args[i - 1] >= 5 && args[i - 1] <= 7) || (args[i - 1] >= 36 && args[i - 1] <= 38))	/* struct flock */
			capture_bytes(i, p, 32);
		break;
	case CAPTURE_STRINGS:
		capture_strings(i, p);
		break;
	}
}

/* After it: what it wrote. */
static void capture_after(int i, const u64 *args, u32 how, u64 size, u64 result)
{
	void *p = (void *)args[i];
	u64 next = i < 5 ? args[i + 1] : 0;
	u32 *len = (u32 *)next;

	switch (how) {
	case CAPTURE_OUT:
	case CAPTURE_INOUT:
		capture_bytes(i, p, size);
		break;
	case CAPTURE_BUFFER_OUT:
		capture_bytes(i, p, min(result, size));
		break;
	case CAPTURE_ARRAY_OUT:
		capture_bytes(i, p, min(result, (u64)VECTORS_MOST) * size);
		break;
	case CAPTURE_ARRAY_INOUT:
		capture_bytes(i, p, min((u64)(u32)next, (u64)VECTORS_MOST) * size);
		break;
	case CAPTURE_ENTRIES:
		capture_entries(i, p, result);
		break;
	case CAPTURE_IOV_OUT:
		capture_vectors(i, p, (u32)next, result);
		break;
	case CAPTURE_MSG_OUT:
		capture_message(i, p, result);
		break;
	case CAPTURE_SIZED_OUT:
		if (!len || !user_ok(len, 4, PROT_READ))
			break;
		capture_bytes(i, p, min((u64)*len, size));
		capture_bytes(i + 1, len, 4);
		break;
	case CAPTURE_IOCTL:
		capture_ioctl(i, args[i - 1], p, true);
		break;
	case CAPTURE_FCNTL:
		if (args[i - 1] == 5 || args[i - 1] == 36)
			capture_bytes(i, p, 32);
		break;
	}
}

void trace_enter(u32 nr, const u64 args[6])
{
	if (!wanted(nr))
		return;
	KERNEL_LOCK();

	begin('E', nr);
	for (int i = 0; i < 6; i++)
		put_number(args[i]);
	for (int i = 0; i < 6 && nr < TRACE_SPECS; i++)
		capture_before(i, args, trace_specs[nr].arg[i].how, trace_specs[nr].arg[i].size);
	end();
}

void trace_leave(u32 nr, const u64 args[6], long result)
{
	if (!wanted(nr))
		return;
	KERNEL_LOCK();

	begin('L', nr);
	put_number(result);
	for (int i = 0; i < 6 && nr < TRACE_SPECS && result >= 0; i++)
		capture_after(i, args, trace_specs[nr].arg[i].how, trace_specs[nr].arg[i].size, result);
	end();
}

void trace_signal(int sig, const struct siginfo *info)
{
	begin('S', sig);
	put(' ');
	put('0');
	put('=');
	put_bytes(info, sizeof(*info));
	end();
}
