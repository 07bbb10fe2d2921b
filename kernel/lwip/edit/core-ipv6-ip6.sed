# As in ip4.c.
s/if \(netif_mtu6\(netif\) && \(p->tot_len > nd6_get_destination_mtu\(dest, netif\)\)\)/if (!lwip_tx_mss \&\& netif_mtu6(netif) \&\& (p->tot_len > nd6_get_destination_mtu(dest, netif)))/
