// Relay copies from one TCP connection to another, which Go does with splice(2) through pipes that it asks to be larger.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
)

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// pair is a connection's two ends.
func pair() (net.Conn, net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	check(err)
	b, err := l.Accept()
	check(err)
	return a, b
}

func main() {
	from, in := pair()
	out, to := pair()
	want := bytes.Repeat([]byte("relayed "), 40000)
	go func() {
		from.Write(want)
		from.Close()
	}()
	go func() {
		n, err := io.Copy(out, in)
		check(err)
		if n != int64(len(want)) {
			check(fmt.Errorf("%d bytes were copied", n))
		}
		out.Close()
	}()
	got, err := io.ReadAll(to)
	check(err)
	fmt.Println(len(got), bytes.Equal(got, want))
}
