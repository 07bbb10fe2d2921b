// Package confine takes from this process, for good, what it does not need once a machine
// is set up. Whoever takes over the process through a fault in a device then finds
// no file to open, no program to start, and no way to the network.
//
// Four lines hold, each without the others:
//   - no new privileges (Linux's Documentation/userspace-api/no_new_privs.rst) and no capabilities;
//   - Landlock (Documentation/userspace-api/landlock.rst): files only below [Rules.Folders],
//     no network but [Rules.Network], no abstract sockets and no signals to others;
//   - a seccomp filter (Documentation/userspace-api/seccomp_filter.rst) that allows a list of
//     system calls and ends the process at one that only an attacker makes;
//   - limits: no core file, which would hold the guest's memory.
package confine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Rules say what the process may still do.
type Rules struct {
	// Folders may be used with all that is below them.
	Folders []Folder
	// Socket is a Unix socket that it listens on and removes at the end, by [Sandbox.RemoveSocket]. With
	// one it may also make and connect others. "": it has no Unix sockets.
	Socket string
	// Network is what it may do with sockets of this host's network; nil: it has none.
	Network *Network
	// Card says that it has a network card, which is no part of a process with Network: a TAP interface, or a socket of
	// its own that another program connects to.
	Card bool
	// Control allows it to answer on a Unix socket that it listens on already, and to empty files that are open.
	Control bool
	// Asker is for no runner but one that asks them: its folder, which is all there is of these rules, has machines with sockets that it
	// connects to, and it tells who connects to it.
	Asker bool
}

// Network is Rules.Network. Where sockets connect to, no line of these can say.
type Network struct {
	TCP, UDP []uint16 // ports that it may bind
	AnyPort  bool     // or all
}

// Folder is one of Rules.Folders, or a file among them.
type Folder struct {
	Path     string
	ReadOnly bool
	File     bool // it is a file
	MakeOnly bool // files are made there: whose they are, and their modes, is nothing to change
}

// Lines are those that hold after [Process].
type Lines struct {
	Landlock int // version of the kernel's interface, 0: this kernel has none
}

func (l Lines) String() string {
	files := "no Landlock in this kernel"
	if l.Landlock > 0 {
		files = fmt.Sprintf("Landlock %d", l.Landlock)
	}
	return "no new privileges, no capabilities, seccomp, " + files
}

// Sandbox is what a process is confined by.
type Sandbox struct {
	rules              Rules
	process, processor filter
	remover            *remover // nil: any thread removes the socket
}

// New is a sandbox by these rules.
func New(r Rules) *Sandbox {
	kind := 0
	if r.Socket != "" {
		kind |= withSockets
	}
	switch {
	case r.Network != nil:
		kind |= withNetwork
	case r.Card:
		kind |= withCard
	}
	if r.Control {
		kind += withControl
	}
	s := &Sandbox{rules: r}
	if r.Asker {
		s.process = newFilter(ofAsker)
		return s
	}
	s.process = newFilter(kind)
	if len(r.Folders) > 0 { // else both are the same
		s.process, s.processor = newFilter(kind|withFolders), s.process
	}
	return s
}

// Process confines all threads of this process, those too that are still to come. An error
// leaves it confined in part: the process must end then.
func (s *Sandbox) Process() (Lines, error) {
	var l Lines
	if err := noCore(); err != nil {
		return l, fmt.Errorf("limit of core files: %w", err)
	}
	var err error
	if canSpare && len(s.rules.Folders) > 0 && s.rules.Socket != "" {
		if s.remover, err = startRemover(); err != nil {
			return l, fmt.Errorf("thread for the socket: %w", err)
		}
	}
	if l.Landlock, err = s.restrictFiles(); err != nil {
		return l, fmt.Errorf("restricting files (Landlock): %w", err)
	}
	if err := dropCapabilities(s.rules.capabilities()); err != nil {
		return l, fmt.Errorf("capabilities: %w", err)
	}
	if s.remover != nil {
		return l, s.process.loadInEach() // it has another filter, which the kernel would not take the place of
	}
	return l, s.process.load(unix.SECCOMP_FILTER_FLAG_TSYNC)
}

// noCore forbids core files, which would hold what the guest's memory does. A program that takes them over (core(5),
// /proc/sys/kernel/core_pattern) gets none either where the limit is 1, but does where it is 0.
func noCore() error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil {
		return err
	}
	l.Max = min(l.Max, 1)
	l.Cur = l.Max
	return unix.Setrlimit(unix.RLIMIT_CORE, &l)
}

// Processor confines the calling thread further, to what one that runs a virtual processor
// does. The goroutine must be locked to the thread and end with it.
func (s *Sandbox) Processor() error {
	if s.processor == nil {
		return nil
	}
	return s.processor.load(0)
}
