// Pty opens pseudoterminals as Go libraries do, by ioctl, and reads them in goroutines.
package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

func ioctl(fd, cmd, arg uintptr) error {
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, fd, cmd, arg); e != 0 {
		return e
	}
	return nil
}

func open() (*os.File, *os.File, error) {
	p, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	var n uint32
	if err := ioctl(p.Fd(), syscall.TIOCGPTN, uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, nil, err
	}
	var u int32
	if err := ioctl(p.Fd(), syscall.TIOCSPTLCK, uintptr(unsafe.Pointer(&u))); err != nil {
		return nil, nil, err
	}
	t, err := os.OpenFile("/dev/pts/"+strconv.Itoa(int(n)), os.O_RDWR|syscall.O_NOCTTY, 0)
	return p, t, err
}

func main() {
	p, t, err := open()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go func() {
		for i := 0; i < 3; i++ {
			fmt.Fprintf(p, "line %d\n", i)
		}
	}()
	b := make([]byte, 100)
	for i := 0; i < 3; i++ {
		n, err := t.Read(b)
		fmt.Printf("%q %v\n", b[:n], err)
	}
	fmt.Fprintf(t, "from the slave\n")
	t.Close()
	all, err := io.ReadAll(p)
	fmt.Printf("%q %v\n", all, err)
	p.Close()

	// By the poller: non-blocking, with a deadline.
	fd, err := syscall.Open("/dev/ptmx", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	m := os.NewFile(uintptr(fd), "/dev/ptmx")
	fmt.Println(err, m.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
	_, err = m.Read(b)
	fmt.Println(err)
	m.Close()
}
