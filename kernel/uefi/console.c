/* Messages: lines on the firmware's console (UEFI 2.10, 12.4). */
#include "uefi.h"

static void print(struct loader *l, const char *s)
{
	efi_char line[128];
	unsigned n = 0;

	if (!l->st->out)
		return;
	for (; *s; s++) {
		line[n++] = (u8)*s;
		if (n == array_len(line) - 1 || !s[1]) {
			line[n] = 0;
			l->st->out->output(l->st->out, line);
			n = 0;
		}
	}
}

static void print_hex(struct loader *l, u64 v)
{
	char s[19] = "0x", *to = s + 2;
	int shift = 60;

	while (shift && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = "0123456789abcdef"[v >> shift & 15];
	*to = 0;
	print(l, s);
}

static void print_decimal(struct loader *l, u64 v)
{
	char digits[21], *s = digits + 20;

	*s = 0;
	do
		*--s = '0' + v % 10;
	while (v /= 10);
	print(l, s);
}

/* What has been read, or is next: firmware that is slow keeps people waiting before each. */
void step(struct loader *l, const char *what, u64 bytes)
{
	print(l, "uk: ");
	print(l, what);
	if (bytes) {
		print(l, ", ");
		print_decimal(l, (bytes + 1023) / 1024);
		print(l, " KB");
	}
	print(l, "\r\n");
}

efi_status fail(struct loader *l, const char *what)
{
	print(l, "uk: ");
	print(l, what);
	print(l, "\r\n");
	return EFI_LOAD_ERROR;
}

efi_status fail_range(struct loader *l, const char *what, u64 start, u64 end)
{
	print(l, "uk: memory from ");
	print_hex(l, start);
	print(l, " to ");
	print_hex(l, end);
	print(l, what);
	print(l, "\r\n");
	return EFI_LOAD_ERROR;
}
