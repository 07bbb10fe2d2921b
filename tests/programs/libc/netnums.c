/* inet_net_pton(), inet_net_ntop(), inet_neta(): texts of all kinds. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static unsigned seed = 7;
static unsigned next(unsigned n) { seed = seed * 1103515245 + 12345; return (seed >> 16) % n; }

int main(void)
{
	static const char *const texts[] = { "10", "10.1", "10.1.2.3", "10.1.2.3.4", "10/8", "10.1/33", "10/", "10/8x", "/8", "", "x", "0x", "0x1", "0x12", "0x123/12", "0xabcdef01", "0xabcdef0123", "0X7f", "256", "10.", "10..1", "10.x",
		"224", "239.1", "240", "192.168", "128", "127", "0", "0/0", "00010.1", "10.1.2.3/4", " 10", "10 ", "1.2.3/32", "0xg" };
	static const char letters[] = "0123456789./xXaf ";
	unsigned char to[8];
	char text[40];

	for (int i = 0; i < 400; i++) {
		const char *s = text;
		size_t size = 4;
		int r;

		if (i < sizeof(texts) / sizeof(*texts)) {
			s = texts[i];
		} else {
			int n = next(10);
			for (int j = 0; j < n; j++)
				text[j] = letters[next(sizeof(letters) - 1)];
			text[n] = 0;
			size = next(6);
		}
		memset(to, 0xee, sizeof(to)), errno = 0;
		r = inet_net_pton(AF_INET, s, to, size);
		printf("%s %zu: %d %d %02x%02x%02x%02x%02x\n", s, size, r, errno, to[0], to[1], to[2], to[3], to[4]);
	}
	printf("%d %d\n", inet_net_pton(AF_INET6, "::1/64", to, 4), errno);
	for (int bits = -1; bits < 34; bits++)
		for (int size = 0; size < 22; size += 3) {
			unsigned char from[4] = { 10, 255, next(256), next(256) };
			char *r;

			errno = 0, memset(text, 0, sizeof(text));
			r = inet_net_ntop(AF_INET, from, bits, text, size);
			printf("%d %d: %s %d\n", bits, size, r ? r : "none", errno);
		}
	for (int i = 0; i < 40; i++) {
		unsigned long n = next(3) ? (unsigned long)next(256) << 24 | next(3) << 16 | next(2) << 8 | next(256) : next(2) ? (unsigned long)next(256) << 24 : 0;
		int size = i < 20 ? 30 : next(20);
		char *r;

		errno = 0, memset(text, 0, sizeof(text));
		r = inet_neta(n, text, size);
		printf("%lx %d: %s %d\n", n, size, r ? r : "none", errno);
	}
	return 0;
}
