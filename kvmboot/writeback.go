package kvmboot

import (
	"time"

	"golang.org/x/sys/unix"

	"uk.example/internal/abi"
)

// writeBackTime is how long a guest that is to end may write what it has in memory of the host's files and disks.
const writeBackTime = 5 * time.Second

// writeBack ends the guest's program as SIGKILL would, so that the kernel hands to the host what the program stored in
// files of shares and volumes: of a process that is killed the host keeps that. why is the end that is told.
func (m *machine) writeBack(why error) {
	if !m.writesHost() {
		return
	}
	m.mu.Lock()
	m.given = why
	m.mu.Unlock()
	if !m.signals.add(byte(unix.SIGKILL)) {
		return
	}
	m.raise(abi.IRQSignal)
	late := time.NewTimer(writeBackTime)
	defer late.Stop()
	select {
	case <-m.done:
	case <-late.C:
	}
}

// writesHost tells whether the guest has something of the host's that it may change.
func (m *machine) writesHost() bool {
	for _, s := range m.cfg.Shares {
		if !s.ReadOnly {
			return true
		}
	}
	for _, d := range m.cfg.Drives {
		if !d.ReadOnly {
			return true
		}
	}
	return false
}
