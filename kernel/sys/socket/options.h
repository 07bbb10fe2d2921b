/* Options of SOL_SOCKET (Linux include/uapi/asm-generic/socket.h). */
#ifndef SYS_SOCKET_OPTIONS_H
#define SYS_SOCKET_OPTIONS_H

#define SO_REUSEADDR	2
#define SO_TYPE		3
#define SO_ERROR	4
#define SO_DONTROUTE	5
#define SO_BROADCAST	6
#define SO_SNDBUF	7
#define SO_RCVBUF	8
#define SO_KEEPALIVE	9
#define SO_NO_CHECK	11
#define SO_LINGER	13
#define SO_PEERCRED	17
#define SO_RCVLOWAT	18
#define SO_SNDLOWAT	19
#define SO_RCVTIMEO	20
#define SO_SNDTIMEO	21
#define SO_BINDTODEVICE	25
#define SO_ACCEPTCONN	30
#define SO_PROTOCOL	38
#define SO_DOMAIN	39
#define SO_PEEK_OFF	42
#define SO_PEERPIDFD	77

#ifndef ENODATA
#define ENODATA		61
#endif

/* Remembered, and without effect on sockets that never leave the machine. */
#define SWITCHES (1UL << SO_REUSEADDR | 1UL << SO_DONTROUTE | 1UL << SO_BROADCAST | 1UL << SO_KEEPALIVE | \
		  1UL << SO_NO_CHECK)
static inline bool is_switch(u32 option) { return option < 64 && SWITCHES >> option & 1; }

#endif
