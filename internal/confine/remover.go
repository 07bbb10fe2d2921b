package confine

import (
	"runtime"

	"golang.org/x/sys/unix"

	"uk.example/internal/pinned"
)

// remover is a thread that can do what no other may in a process which serves folders and has a socket: remove
// the socket, which lies in none of the folders. Landlock knows folders only, and would let all threads remove
// whatever else is in that one. So this thread is not under it. Its filter is the narrowest, allows no path but the
// pinned one, and makes those calls do nothing that confine all threads.
type remover struct {
	ask  chan struct{}
	done chan error
}

func startRemover() (*remover, error) {
	r := &remover{make(chan struct{}), make(chan error)}
	go func() {
		runtime.LockOSThread() // which ends with this goroutine
		err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
		if err == nil {
			err = newFilter(ofRemover).load(0)
		}
		r.done <- err
		if err == nil {
			<-r.ask
			r.done <- pinned.RemoveKept()
		}
	}()
	return r, <-r.done
}

// RemoveSocket removes Rules.Socket, whose path pinned.Keep was given. It is for the end.
func (s *Sandbox) RemoveSocket() error {
	if s.remover == nil {
		return pinned.RemoveKept()
	}
	s.remover.ask <- struct{}{}
	return <-s.remover.done
}
