/* Checksums: CRC-32C (Castagnoli) and CRC-16 (ANSI), both with their bits reversed. */
#include "ext4.h"

u32 ext4_crc32c(u32 crc, const void *p, size_t n)
{
	static u32 table[256];
	const u8 *s = p;

	if (!table[1])
		for (u32 i = 0; i < 256; i++) {
			u32 c = i;
			for (int bit = 0; bit < 8; bit++)
				c = c >> 1 ^ (c & 1 ? 0x82f63b78 : 0);
			table[i] = c;
		}
	while (n--)
		crc = crc >> 8 ^ table[(u8)crc ^ *s++];
	return crc;
}

u16 ext4_crc16(u16 crc, const void *p, size_t n)
{
	const u8 *s = p;

	while (n--) {
		crc ^= *s++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xa001 : 0);
	}
	return crc;
}
