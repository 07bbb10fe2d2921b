# A segment that came out of order may reach beyond the window, as nothing cuts it there: the window must not become less than nothing.
/LWIP_ASSERT\("tcp_receive: ooseq tcplen > rcv_wnd/,+1d
s/pcb->rcv_wnd -= TCP_TCPLEN\(cseg\);/pcb->rcv_wnd -= LWIP_MIN(pcb->rcv_wnd, TCP_TCPLEN(cseg));/
