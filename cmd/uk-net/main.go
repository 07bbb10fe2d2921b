// Command uk-net is the network of one guest: uk run --net user starts it, with a socket as descriptor 3.
//
// It is a program of its own, as the TCP/IP stack in it takes longer to start than all of uk run, and as it can be
// confined to what a network does: the runner has no sockets then, and this process no guest.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"uk.example/internal/confine"
	"uk.example/internal/hostsockets"
	"uk.example/internal/usernet"
	"uk.example/internal/usernet/wire"
)

// link is the descriptor of the socket to the runner.
const link = 3

// garbage lets the heap grow to five times what is in use before it is collected, as that is little and frames are many.
const garbage = 400

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "uk-net:", err)
		os.Exit(1)
	}
}

func serve() error {
	kind, err := unix.GetsockoptInt(link, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil || kind != unix.SOCK_SEQPACKET {
		return errors.New("uk run --net user starts this by itself")
	}
	unix.CloseOnExec(link)
	var setup wire.Setup
	b := make([]byte, wire.MaxSetup)
	n, err := unix.Read(link, b)
	if err == nil {
		err = json.Unmarshal(b[:n], &setup)
	}
	if err != nil {
		return fmt.Errorf("what the network is to be: %w", err)
	}
	hostsockets.RaiseDescriptors()
	debug.SetGCPercent(garbage)
	ready := func() error {
		if setup.Sandbox {
			if err := sandbox(); err != nil {
				return err
			}
		}
		if err := answer(nil); err != nil {
			return err
		}
		return unix.SetNonblock(link, true)
	}
	if err := usernet.Serve(link, setup, ready); err != nil {
		return answer(err)
	}
	return nil
}

// answer tells the runner how it went.
func answer(err error) error {
	var a wire.Answer
	if err != nil {
		a.Error = err.Error()
	}
	b, err := json.Marshal(a)
	if err == nil {
		_, err = unix.Write(link, b)
	}
	return err
}

// sandbox gives up all but sockets: the published ports are bound.
func sandbox() error {
	confine.CloseInherited(link)
	_, err := confine.New(confine.Rules{Network: &confine.Network{}}).Process()
	if err != nil {
		return fmt.Errorf("sandbox: %w; --no-sandbox runs without it", err)
	}
	return nil
}
