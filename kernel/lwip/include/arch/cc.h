/* The compiler and the kernel, as lwIP sees them. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stddef.h>
#include <stdint.h>

#define LWIP_NO_INTTYPES_H	1
#define LWIP_NO_LIMITS_H	1
#define LWIP_NO_CTYPE_H		1
#define LWIP_NO_UNISTD_H	1
#define SSIZE_MAX		0x7fffffffffffffffL
typedef long ssize_t;
#define U8_F "u"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "lu"

#define BYTE_ORDER		LITTLE_ENDIAN
#define lwip_htons(x)		__builtin_bswap16(x)
#define lwip_htonl(x)		__builtin_bswap32(x)

#define LWIP_PLATFORM_DIAG(x)	do { } while (0)
#define LWIP_PLATFORM_ASSERT(x)	lwip_assert_failed(x)
void lwip_assert_failed(const char *what);

void *kmalloc(size_t size);
void kfree(void *p);
void *lwip_calloc(size_t n, size_t size);
unsigned int lwip_random(void);
#define LWIP_RAND()		lwip_random()
unsigned short card_checksum(const void *data, int len);
extern unsigned int lwip_window;

#endif
