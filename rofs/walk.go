package rofs

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Tree lists the host directory dir and all below it as entries whose paths
// start at base: a directory before what is in it, siblings in order of name,
// links as links. Devices, pipes and sockets are an error.
func Tree(dir, base string) ([]Entry, error) {
	var list []Entry
	err := filepath.WalkDir(dir, func(host string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, host)
		if err != nil {
			return err
		}
		e := Entry{Path: filepath.Join("/", base, rel)}
		switch {
		case d.IsDir() || host == dir: // dir itself may be a link to a directory
			e.Dir = true
		case d.Type()&fs.ModeSymlink != 0:
			if e.Link, err = os.Readlink(host); err != nil {
				return err
			}
		case d.Type().IsRegular():
			e.Host = host
		default:
			return &EntryError{Path: e.Path, Host: host,
				Msg: "is a " + typeName(d.Type()) + " on the host; leave it out, the guest makes its own"}
		}
		list = append(list, e)
		return nil
	})
	return list, err
}
