# A segment that the card cuts is no packet to be fragmented.
s/if \(netif->mtu && \(p->tot_len > netif->mtu\)\)/if (netif->mtu \&\& !lwip_tx_mss \&\& (p->tot_len > netif->mtu))/
