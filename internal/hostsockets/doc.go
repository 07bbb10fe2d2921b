// Package hostsockets makes the sockets of a guest sockets of this host: the other end of the
// device that kernel/include/host_sockets.h describes. It knows no virtio, only packets, and it
// treats what comes as hostile: every number, length and state is checked, what one guest can
// make it keep is bounded, and where its sockets lead is for [Policy] to say.
//
// Nothing here waits while a packet is handled. One thread waits for all sockets of the host.
package hostsockets
