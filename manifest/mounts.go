package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"uk.example/internal/fstab"
)

// readMount reads "SOURCE TARGET TYPE [OPTIONS]".
func readMount(m *Manifest, v string) (msg, fix string) {
	f := fstab.Fields(v)
	if len(f) < 3 || len(f) > 4 {
		return fmt.Sprintf("%q is no mount", short(v)), `write SOURCE TARGET TYPE or SOURCE TARGET TYPE OPTIONS, as "/dev/vdb /data iso9660 ro", one a line; \040 is a space`
	}
	mount := Mount{Source: f[0], Target: f[1], Type: f[2]}
	if len(f) == 4 {
		mount.Options = f[3]
	}
	if !path.IsAbs(mount.Target) {
		return fmt.Sprintf("%q is no absolute path", short(mount.Target)), "start it with a slash"
	}
	if mount.Target = path.Clean(mount.Target); mount.Target == "/" {
		return "the root file system is mounted on /", "name a folder"
	}
	m.App.Mounts = append(m.App.Mounts, mount)
	return "", ""
}

// line is a mount as readMount takes it.
func (m *Mount) line() string { return fstab.Line(m.Source, m.Target, m.Type, m.Options) }

// AddFolder adds an empty folder for something to be mounted on, unless there is one. A link
// there, or on the way, is the guest's to follow. In /tmp and its like it is for kernels whose
// program writes nothing: they mount nothing there that would hide it.
func (m *Manifest) AddFolder(guest string, at Pos) error {
	guest = path.Clean(guest)
	if err := checkGuest(guest, at); err != nil {
		return err
	}
	for dir := guest; dir != "/" && dir != "."; dir = path.Dir(dir) {
		e := m.Lookup(dir)
		if e != nil && e.Link != "" {
			return nil
		}
		if e != nil && !e.Dir {
			return &Error{Pos: at, Path: dir, Msg: "is a file, nothing can be mounted there", Fix: "choose another folder"}
		}
	}
	if m.Lookup(guest) != nil || slices.ContainsFunc(m.Entries, func(e Entry) bool { return strings.HasPrefix(e.Guest, guest+"/") }) {
		return nil
	}
	m.Entries = append(m.Entries, Entry{Guest: guest, Dir: true, Pos: at})
	return nil
}
