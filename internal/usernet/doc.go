// Package usernet is a network for one guest in a process of its own: Ethernet, ARP and NDP, DHCP and router
// advertisements, DNS, and connections that go on as sockets of this host, by gVisor's TCP/IP stack. It needs no rights.
// Where the guest may connect to and what reaches it, package hostsockets' policy says.
//
// Frames come from a hostile guest, by a runner that may be one too: what is taken of memory, connections and time is bounded.
package usernet
