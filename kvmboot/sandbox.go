package kvmboot

import (
	"fmt"

	"uk/internal/confine"
)

// sandboxRequests are the ioctls that a machine makes once it is set up.
var sandboxRequests = []uint64{
	kvmRun, kvmSignalMSI, kvmIRQLine, kvmIOEventFD, kvmSetUserMemoryRegion,
	kvmGetRegs, kvmSetRegs, kvmGetSregs, kvmSetGuestDebug, kvmGetMSRs, kvmGetTSCKHz, // reports of failures, marks
}

type sandboxResult struct {
	s   *confine.Sandbox
	err error
}

// prepareSandbox makes the sandbox of Config.Confine ready, while the machine is set up.
func (m *machine) prepareSandbox() {
	if !m.cfg.Confine {
		return
	}
	rules := confine.Rules{Requests: sandboxRequests}
	for _, s := range m.cfg.Shares {
		rules.Folders = append(rules.Folders, confine.Folder{Path: s.Path, ReadOnly: s.ReadOnly})
	}
	if v := m.cfg.Vsock; v != nil {
		rules.Socket = v.Path
	}
	m.prepared = make(chan sandboxResult, 1)
	go func() {
		s, err := confine.Prepare(rules)
		m.prepared <- sandboxResult{s, err}
	}()
}

// confine gives up what the machine does not need from here on.
func (m *machine) confine() error {
	if f := m.cfg.Ready; f != nil {
		if err := f(); err != nil {
			return err
		}
	}
	if m.prepared == nil {
		return nil
	}
	r := <-m.prepared
	if r.err != nil {
		return fmt.Errorf("sandbox: %w", r.err)
	}
	m.sandbox = r.s
	var err error
	if m.lines, err = r.s.Process(); err != nil {
		return fmt.Errorf("sandbox: %w; --no-sandbox runs without it", err)
	}
	return nil
}

// confineProcessor confines the thread of a virtual processor, for good.
func (m *machine) confineProcessor() error {
	if m.sandbox == nil {
		return nil
	}
	if err := m.sandbox.Processor(); err != nil {
		return fmt.Errorf("sandbox of a processor: %w", err)
	}
	return nil
}
