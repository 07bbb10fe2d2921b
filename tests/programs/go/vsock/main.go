// Echoes one connection on port 1234, by way of the runtime's poller.
package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	if err := serve(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func serve() error {
	l, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	if err := unix.Bind(l, &unix.SockaddrVM{CID: unix.VMADDR_CID_ANY, Port: 1234}); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if err := unix.Listen(l, 10); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	fd, from, err := unix.Accept4(l, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
	if err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	fmt.Println("from CID", from.(*unix.SockaddrVM).CID)
	f := os.NewFile(uintptr(fd), "vsock")
	n, err := io.Copy(f, f)
	fmt.Println(n, "bytes,", err)
	return f.Close()
}
