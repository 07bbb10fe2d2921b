/* Rock Ridge: POSIX names, modes, links and dates in the system use areas of
 * directory records (SUSP 1.12, RRIP 1.12). Fields: two letters, length, version, data. */
#include "iso9660.h"

#define FIELD(a, b)	((a) << 8 | (b))
#define HEADER		4
#define MAX_AREAS	32	/* as Linux */

/* NM and SL (RRIP 4.1.3, 4.1.4) */
#define CONTINUE	1
#define CURRENT		2
#define PARENT		4
#define ROOT		8

#define LONG_FORM	0x80	/* TF (RRIP 4.1.6) */

static void name(struct iso_entry *e, u8 flags, const u8 *p, u32 n)
{
	if (flags & (CURRENT | PARENT))
		return;
	if (!e->named)
		e->len = 0;
	e->named = true;
	if (n > NAME_MAX - e->len) {
		e->hidden = true;	/* too long for Linux, too */
		return;
	}
	memcpy(e->name + e->len, p, n);
	e->len += n;
}

static void target_add(struct iso_entry *e, const void *p, u32 n)
{
	if (e->target_len + n >= PATH_MAX) {
		e->target_len = PATH_MAX;
		return;
	}
	memcpy(e->target + e->target_len, p, n);
	e->target_len += n;
}

/* Components of a link's target. */
static void target(struct iso_entry *e, const u8 *p, u32 n)
{
	while (e->target && n >= 2 && p[1] <= n - 2) {
		if (p[0] & ROOT)
			e->target_len = 0;
		else if (e->target_len && !e->joined && (e->target_len == PATH_MAX || e->target[e->target_len - 1] != '/'))
			target_add(e, "/", 1);
		if (p[0] & ROOT)
			target_add(e, "/", 1);
		else if (p[0] & PARENT)
			target_add(e, "..", 2);
		else if (p[0] & CURRENT)
			target_add(e, ".", 1);
		else
			target_add(e, p + 2, p[1]);
		e->joined = p[0] & CONTINUE;
		n -= 2 + p[1];
		p += 2 + p[1];
	}
}

/* Stamps, for each bit of FLAGS: creation, modification, access, change of attributes ... */
static void times(struct iso_entry *e, u8 flags, const u8 *p, u32 n)
{
	u64 *const to[] = { &e->ctime_ns, &e->mtime_ns, &e->atime_ns, &e->ctime_ns };
	u32 size = flags & LONG_FORM ? 17 : 7;

	for (u32 i = 0; i < array_len(to) && n >= size; i++) {
		if (!(flags & 1 << i))
			continue;
		*to[i] = flags & LONG_FORM ? iso_date_long(p) : iso_date_short(p);
		p += size;
		n -= size;
	}
}

/* PX (RRIP 4.1.1): numbers of 8 bytes, both ways round. */
static void posix(struct iso_entry *e, const u8 *p)
{
	e->mode = get32(p);
	e->nlink = max(get32(p + 8), 1u);
	e->uid = get32(p + 16);
	e->gid = get32(p + 24);
}

/* PN (RRIP 4.1.2). Some writers have all of it in the low half, as old systems had. */
static void device(struct iso_entry *e, u32 high, u32 low)
{
	e->rdev = high || low < 256 ? MAKEDEV(high, low) : MAKEDEV(low >> 8, low & 0xff);
}

/* ER (SUSP 5.5): its identifier. */
static bool is_rock_ridge(const u8 *p, u32 n)
{
	static const char *const ids[] = { "RRIP_1991A", "IEEE_P1282", "IEEE_1282" };

	for (u32 i = 0; i < array_len(ids); i++)
		if (n >= 4 + strlen(ids[i]) && !memcmp(p + 4, ids[i], strlen(ids[i])))
			return true;
	return false;
}

/* P: the data of a field, N bytes. */
static void field(struct iso_entry *e, u32 id, const u8 *p, u32 n)
{
	if (id == FIELD('N', 'M') && n >= 1)
		name(e, p[0], p + 1, n - 1);
	else if (id == FIELD('P', 'X') && n >= 32)
		posix(e, p);
	else if (id == FIELD('S', 'L') && n >= 1)
		target(e, p + 1, n - 1);
	else if (id == FIELD('T', 'F') && n >= 1)
		times(e, p[0], p + 1, n - 1);
	else if (id == FIELD('P', 'N') && n >= 16)
		device(e, get32(p), get32(p + 8));
	else if (id == FIELD('C', 'L') && n >= 8)
		e->child = get32(p);
	else if (id == FIELD('R', 'E'))
		e->hidden = true;	/* the other end of a CL, which shows it */
	else if (id == FIELD('S', 'P') && n >= 3 && p[0] == 0xbe && p[1] == 0xef)
		e->susp = true, e->skip = p[2];
	else if (id == FIELD('E', 'R') && is_rock_ridge(p, n))
		e->rock_ridge = true;
}

int iso_rock_ridge(struct iso *fs, const u8 *p, size_t n, struct iso_entry *e)
{
	void *page = NULL;

	for (u32 areas = 0; areas < MAX_AREAS; areas++) {
		u32 block = 0, offset = 0, bytes = 0;
		for (; n >= HEADER && p[2] >= HEADER && p[2] <= n; n -= p[2], p += p[2]) {
			u32 id = FIELD(p[0], p[1]);
			if (id == FIELD('S', 'T'))	/* nothing follows (SUSP 5.4) */
				break;
			if (id == FIELD('C', 'E') && p[2] >= HEADER + 24) {	/* more elsewhere (SUSP 5.1) */
				block = get32(p + HEADER);
				offset = get32(p + HEADER + 8);
				bytes = get32(p + HEADER + 16);
			} else {
				field(e, id, p + HEADER, p[2] - HEADER);
			}
		}
		if (page)
			page_put(page);
		page = NULL;
		if (!bytes)
			return 0;
		if (offset >= BLOCK || bytes > BLOCK - offset)
			break;
		if (IS_ERR(p = iso_block(fs, block, &page)))
			return PTR_ERR(p);
		p += offset;
		n = bytes;
	}
	if (page)
		page_put(page);
	return -EIO;
}
