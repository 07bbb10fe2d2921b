# Segments as long as the card can cut, and references to data that keep it (kernel/lwip/include/lwip_hooks.h).
/^#include <string.h>/i #include "lwip_hooks.h"
s/mss_local = LWIP_MIN\(pcb->mss, TCPWND_MIN16\(pcb->snd_wnd_max \/ 2\)\);/mss_local = lwip_segment_max(pcb);/
s/pbuf_alloc\(PBUF_RAW, seglen, PBUF_ROM\)/lwip_data_pbuf(seglen)/
s/pbuf_alloc\(PBUF_TRANSPORT, seglen, PBUF_ROM\)/lwip_data_pbuf(seglen)/
s/^(  )err = ip_output_if\(seg->p, &pcb->local_ip, &pcb->remote_ip, pcb->ttl,/\1lwip_tx_mss = pcb->mss;\n&/
s/^(  )NETIF_RESET_HINTS\(netif\);/\1lwip_tx_mss = 0;\n&/
# The oldest segment goes out again whatever the congestion window has become: it may be longer than that.
s/wnd = LWIP_MIN\(pcb->snd_wnd, pcb->cwnd\);/wnd = LWIP_MIN(pcb->snd_wnd, lwip_congestion_window(pcb));/
# What a closed window splits may be longer than a packet, too.
/LWIP_ASSERT\("split <= mss", split <= pcb->mss\);/d
# What Nagle's rule holds back carries no acknowledgement: one that is due goes by itself. Else two that send to each other wait for each other.
/\(\(pcb->flags & \(TF_NAGLEMEMERR \| TF_FIN\)\) == 0\)\) \{/a \      if (pcb->flags \& TF_ACK_NOW) {\n        tcp_send_empty_ack(pcb);\n      }
