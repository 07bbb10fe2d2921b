// Package nettest runs the sockets of AF_INET and their driver of host sockets on the host, against a device that says
// anything.
package nettest
