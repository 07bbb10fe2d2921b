package confine

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// What a process with a control socket has from before it was confined: the listener with a client that has
// connected, and a log.
var control struct {
	ln     *net.UnixListener
	client net.Conn
	log    *os.File
}

func prepareAnswer(other string) {
	var errs [3]error
	control.ln, errs[0] = net.ListenUnix("unix", &net.UnixAddr{Name: other + ".control", Net: "unix"})
	control.client, errs[1] = net.Dial("unix", other+".control")
	control.log, errs[2] = os.OpenFile(other+".log", os.O_CREATE|os.O_WRONLY, 0o600)
	if err := errors.Join(errs[:]...); err != nil {
		panic(err)
	}
}

// answer does what a machine's control socket does: it takes a client in, asks who that is, answers, and begins its
// log anew.
func answer() error {
	c, err := control.ln.AcceptUnix()
	if err != nil {
		return err
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	if err := raw.Control(func(fd uintptr) { peer, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return err
	}
	if err != nil || peer.Uid != uint32(os.Getuid()) {
		return fmt.Errorf("peer %v, %v", peer, err)
	}
	b := make([]byte, 8)
	_, toServer := control.client.Write([]byte("question"))
	_, question := c.Read(b)
	_, toClient := c.Write([]byte("answer.."))
	_, got := control.client.Read(b)
	_, logged := control.log.Write(b)
	return errors.Join(toServer, question, toClient, got, logged, control.log.Truncate(0), c.CloseWrite(), c.Close(), control.ln.Close())
}
