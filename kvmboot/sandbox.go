package kvmboot

import (
	"fmt"
	"os"
	"path/filepath"

	"uk.example/internal/confine"
	"uk.example/internal/pinned"
	"uk.example/kvmboot/stdio"
)

// confine gives up what the machine does not need from here on.
func (m *machine) confine() error {
	if f := m.cfg.Ready; f != nil {
		if err := f(); err != nil {
			return err
		}
	}
	if !m.cfg.Confine {
		return nil
	}
	confine.CloseInherited(m.cfg.files()...)
	rules := confine.Rules{Control: m.cfg.Control}
	for _, s := range m.cfg.Shares {
		rules.Folders = append(rules.Folders, confine.Folder{Path: s.Path, ReadOnly: s.ReadOnly, File: s.IsFile()})
	}
	path, option := "", "--net"
	if m.card != nil {
		rules.Card = m.user == nil // whose socket is all it has
		path = m.card.Made()
	}
	if dir := m.cfg.OutputFolder; dir != "" {
		rules.Folders = append(rules.Folders, confine.Folder{Path: dir, MakeOnly: true})
	}
	if v := m.cfg.Vsock; v != nil {
		path, option = v.Path, "--vsock"
	}
	if path != "" {
		var err error
		if rules.Socket, err = filepath.Abs(path); err == nil {
			err = pinned.Keep(rules.Socket)
		}
		if err != nil {
			return fmt.Errorf("sandbox: the socket of %s: %w", option, err)
		}
	}
	if n := m.cfg.Network; n != nil {
		rules.Network = n.Ports()
	}
	m.sandbox = confine.New(rules)
	var err error
	if m.lines, err = m.sandbox.Process(); err != nil {
		return fmt.Errorf("sandbox: %w; --no-sandbox runs without it", err)
	}
	return nil
}

// files are the descriptors of those of the machine's streams that have one.
func (cfg *Config) files() (list []int) {
	for _, stream := range []any{cfg.Stdin, cfg.Stdout, cfg.Stderr} {
		if f, ok := stream.(*os.File); ok && f != nil {
			if fd, ok := stdio.RawFD(f); ok {
				list = append(list, fd)
			}
		}
	}
	return list
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
