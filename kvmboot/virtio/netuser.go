package virtio

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/badoption"
	"uk.example/internal/hostsockets"
	"uk.example/internal/ownprogram"
	"uk.example/internal/usernet/wire"
)

// UserNetworkProgram is the program that is a user network.
const UserNetworkProgram = "uk-net"

// userMTU is that of a user network, on whose cable a packet may be as large as there are any.
func (c *Card) userMTU() int { return cmp.Or(c.MTU, MaxMTU) }

// normalizeFor is normalize for a network that c's cable leads to.
func (n *HostNetwork) normalizeFor(c *Card) error {
	if n.PublishAll {
		return badoption.Errorf("PublishAll", "a user network does not see what the program listens on: publish ports by their numbers")
	}
	return n.Normalize()
}

// findProgram is the program of the user network.
func (c *Card) findProgram() (string, error) {
	if c.Program != "" {
		return c.Program, nil
	}
	return ownprogram.Find(UserNetworkProgram, "the user network is")
}

// UserLink is a cable to a user network, which is another process (package usernet). It ends with the socket to it.
type UserLink struct {
	packetFile
	cmd    *exec.Cmd
	ended  chan struct{} // the process is gone
	errors *os.File      // what it writes to standard error
	isUp   bool
	say    func(string)
}

// userBuffer is how much may be on its way, in bytes, if the host allows it.
const userBuffer = 4 << 20

// StartUser starts the network; await tells whether it works.
func (c *Card) StartUser(sandbox bool) (_ *UserLink, err error) {
	program, err := c.findProgram()
	if err != nil {
		return nil, err
	}
	setup, err := json.Marshal(wire.Setup{
		Options: hostsockets.Options{Policy: c.User.policy, Config: hostsockets.DefaultConfig(), Resolvers: c.User.resolvers},
		MAC:     c.MAC, MTU: c.userMTU(), Sandbox: sandbox,
	})
	if err == nil && len(setup) > wire.MaxSetup {
		err = badoption.Errorf("Publish", "more ports and rules than a user network takes")
	}
	if err != nil {
		return nil, err
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("user network: %w", err)
	}
	for _, fd := range fds {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, userBuffer)
	}
	theirs := os.NewFile(uintptr(fds[1]), "user network")
	defer theirs.Close()
	l := &UserLink{packetFile: packetFile{fd: fds[0]}, ended: make(chan struct{}), say: c.say, isUp: true}
	r, w, err := os.Pipe()
	if err != nil {
		unix.Close(l.fd)
		return nil, fmt.Errorf("user network: %w", err)
	}
	defer w.Close()
	l.errors = r
	l.cmd = exec.Command(program)
	l.cmd.Env, l.cmd.Dir = []string{}, "/"
	l.cmd.Stderr, l.cmd.ExtraFiles = w, []*os.File{theirs}
	l.cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true} // a terminal's signals are this process's, which ends it
	if err := l.cmd.Start(); err != nil {
		unix.Close(l.fd)
		r.Close()
		return nil, fmt.Errorf("user network: %w", err)
	}
	go func() { _ = l.cmd.Wait(); close(l.ended) }()
	if _, err := unix.Write(l.fd, setup); err != nil {
		l.close()
		return nil, fmt.Errorf("user network: %w", err)
	}
	return l, nil
}

// await waits for the network's answer.
func (l *UserLink) await() error {
	b := make([]byte, 64<<10)
	var n int
	var err error
	for {
		if n, err = unix.Read(l.fd, b); err != unix.EINTR {
			break
		}
	}
	var a wire.Answer
	if err == nil && n > 0 {
		err = json.Unmarshal(b[:n], &a)
	}
	switch {
	case err != nil:
		return fmt.Errorf("user network: %w", err)
	case n == 0: // it says why
		s := bufio.NewScanner(l.errors)
		if s.Scan() {
			return fmt.Errorf("user network: %s", strings.TrimPrefix(s.Text(), UserNetworkProgram+": "))
		}
		return errors.New("user network: " + UserNetworkProgram + " ended at once")
	case a.Error != "":
		return errors.New(a.Error)
	}
	go func() {
		for s := bufio.NewScanner(l.errors); s.Scan(); {
			l.say(s.Text())
		}
	}()
	return unix.SetNonblock(l.fd, true)
}

func (l *UserLink) features() uint64 { return netOffloads }

func (l *UserLink) use(features uint64, mtu int) {
	has := func(f uint64) bool { return features&f != 0 }
	c := wire.Control{MTU: uint32(mtu), GuestCSUM: has(netFeatGuestCSUM), TSO4: has(netFeatGuestTSO4), TSO6: has(netFeatGuestTSO6)}
	_, _ = unix.Write(l.fd, c.Bytes())
}

func (l *UserLink) up() bool { return l.isUp }

func (l *UserLink) events(list []unix.PollFd, read, write bool) []unix.PollFd {
	if !l.isUp {
		return list
	}
	return append(list, wait(l.fd, read, write))
}

func (l *UserLink) happened(list []unix.PollFd) {
	if len(list) > 0 && list[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0 {
		l.isUp = false
		l.say("the user network ended, and the guest's cable with it")
	}
}

// userEnd is how long the network may take for its end: what the guest sent goes out.
const userEnd = 6 * time.Second

// Drop is close, of a link that no card has.
func (l *UserLink) Drop() { l.close() }

func (l *UserLink) close() {
	unix.Close(l.fd)
	select {
	case <-l.ended:
	case <-time.After(userEnd):
		_ = l.cmd.Process.Kill()
	}
	l.errors.Close()
}
