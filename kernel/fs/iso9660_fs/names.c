/* Names of directory records, as Linux shows them. */
#include "iso9660.h"

/* ECMA-119 7.5: NAME.EXTENSION;VERSION in capital letters. */
void iso_plain_name(const struct iso_record *r, struct iso_entry *e)
{
	u32 n = r->name_length;

	if (n > 2 && r->name[n - 2] == ';' && r->name[n - 1] == '1')
		n -= r->name[n - 3] == '.' ? 3 : 2;
	for (e->len = 0; e->len < n && r->name[e->len]; e->len++) {
		u8 c = r->name[e->len];
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		e->name[e->len] = c == ';' || c == '/' ? '.' : c;
	}
}

/* Appends a character in UTF-8. */
static void put(struct iso_entry *e, u32 c)
{
	u32 more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	if (e->len + more >= NAME_MAX) {
		e->hidden = true;
		return;
	}
	e->name[e->len++] = more ? (0xf0 << (3 - more) | c >> 6 * more) : c;
	while (more--)
		e->name[e->len++] = 0x80 | (c >> 6 * more & 0x3f);
}

/* Joliet: UCS-2, high byte first. Writers also use pairs of UTF-16. */
void iso_joliet_name(const struct iso_record *r, struct iso_entry *e)
{
	u32 n = r->name_length & ~1u;

	for (u32 i = 0; i < n; i += 2) {
		u32 c = r->name[i] << 8 | r->name[i + 1];
		u32 low = i + 2 < n ? r->name[i + 2] << 8 | r->name[i + 3] : 0;
		if (c >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
			i += 2;
		} else if (c >> 11 == 0xd800 >> 11) {
			c = 0xfffd;	/* half a pair: U+FFFD stands for what cannot be shown */
		}
		put(e, c);
	}
	if (e->len > 2 && e->name[e->len - 2] == ';' && e->name[e->len - 1] == '1')
		e->len -= 2;
	while (e->len >= 2 && e->name[e->len - 1] == '.')
		e->len--;
}
