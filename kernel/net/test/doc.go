// Package nettest runs the sockets of AF_INET on the host, with the driver of host sockets and with that of a network card and
// lwIP behind them, against devices that say anything.
package nettest
