// Package pcap writes packets as tcpdump(8) and Wireshark read them: pcap files
// with nanoseconds, of Ethernet frames.
//
// Sockets of the host have no packets. Of these it makes up what a wire would
// have carried: handshakes, segments with sequence numbers, acknowledgements
// and checksums, the ends of connections, datagrams. Bytes and order are those
// that crossed the runner; retransmissions and window sizes there are none.
package pcap
