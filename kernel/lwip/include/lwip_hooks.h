/* What lwIP calls here: its options and the edits (../edit) name it. */
#ifndef LWIP_HOOKS_H
#define LWIP_HOOKS_H

#include "lwip/arch.h"
#include "lwip/err.h"
#include "lwip/ip_addr.h"

struct pbuf;
struct tcp_pcb;
struct tcp_hdr;

err_t lwip_syn_allowed(const struct tcp_pcb *listener, const struct tcp_hdr *h, const struct pbuf *p);
u32_t lwip_sequence(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip, u16_t remote_port);

/* Segments may be longer than a packet where the card cuts them: lwip_tx_mss is for the one on its way. */
u16_t lwip_segment_max(const struct tcp_pcb *pcb);
u32_t lwip_congestion_window(const struct tcp_pcb *pcb);
extern u16_t lwip_tx_mss;
/* Holds LEN bytes of the packet that is being written, which is not freed before. */
struct pbuf *lwip_data_pbuf(u16_t len);

/* DHCP and routers name servers of names. */
void dns_setserver(u8_t index, const ip_addr_t *a);
const ip_addr_t *dns_getserver(u8_t index);

#endif
