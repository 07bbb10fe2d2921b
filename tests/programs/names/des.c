// The cipher of libcrypt, one bit a byte: names that only old programs may ask for.
#include "show.h"

extern void old_setkey(const char *), old_encrypt(char *, int);
VERSION(old_setkey, setkey, GLIBC_2.2.5);
VERSION(old_encrypt, encrypt, GLIBC_2.2.5);

static void bits(char *b, unsigned long long value)
{
	for (int i = 0; i < 64; i++)
		b[i] = value >> (63 - i) & 1;
}

static void show(const char *b)
{
	unsigned long long value = 0;

	for (int i = 0; i < 64; i++)
		value = value << 1 | b[i];
	printf("%016llx\n", value);
}

int main(void)
{
	char key[64], block[64];

	bits(key, 0x133457799bbcdff1), old_setkey(key);
	bits(block, 0x0123456789abcdef), old_encrypt(block, 0), show(block);
	old_encrypt(block, 1), show(block);
	bits(key, 0), old_setkey(key), old_encrypt(block, 0), show(block);
	return 0;
}
