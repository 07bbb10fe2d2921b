# A segment that came out of order may reach beyond the window, as nothing cuts it there: the window must not become less than nothing.
/LWIP_ASSERT\("tcp_receive: ooseq tcplen > rcv_wnd/,+1d
s/pcb->rcv_wnd -= TCP_TCPLEN\(cseg\);/pcb->rcv_wnd -= LWIP_MIN(pcb->rcv_wnd, TCP_TCPLEN(cseg));/
# RFC 1122, 4.2.2.13: a new connection may take the place of one that has ended, when its numbers are later ones. Clients have few ports.
/"tcp_input: packed for TIME_WAITing connection/i \        if ((flags \& (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN \&\& TCP_SEQ_GT(seqno, pcb->rcv_nxt)) {\n          tcp_abort(pcb);\n          pcb = NULL;\n          break;\n        }
