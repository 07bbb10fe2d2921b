package kvmboot

import (
	"path"
	"strings"

	"uk.example/internal/badoption"
	"uk.example/internal/fstab"
)

// Mount is a file system that the guest mounts before the program starts: a line of
// fstab(5). Its kernel needs the file system.
type Mount struct {
	Source  string `json:"source"` // a disk, as /dev/vdb, or the tag of a share
	Target  string `json:"target"` // folder in the guest
	Type    string `json:"type"`
	Options string `json:"options,omitempty"` // separated by commas
}

// Check refuses what no guest can be told.
func (m *Mount) Check() error {
	bad := func(format string, args ...any) error {
		return badoption.Errorf("Mounts", "mount %q on %q: "+format, append([]any{m.Source, m.Target}, args...)...)
	}
	switch {
	case m.Source == "" || m.Target == "" || m.Type == "":
		return bad("name source, target and type")
	case m.Target[0] != '/':
		return bad("the target is no absolute path: start it with a slash")
	case path.Clean(m.Target) == "/":
		return bad("the root file system is there: name a folder")
	}
	for _, f := range []string{m.Source, m.Target, m.Type, m.Options} {
		if strings.Contains(f, fstab.EscapedSpace) || strings.IndexByte(f, 0) >= 0 {
			return bad("a name may hold neither %s nor a NUL byte", fstab.EscapedSpace)
		}
	}
	return nil
}

// line is the mount's line.
func (m *Mount) line() string { return fstab.Line(m.Source, m.Target, m.Type, m.Options) }
