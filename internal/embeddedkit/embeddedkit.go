// Package embeddedkit holds the kit that a release of the command carries inside itself, and puts it into a folder.
package embeddedkit

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"uk.example/internal/outfile"
)

// Included reports whether this program carries a kit: one that "make dist" built does.
func Included() bool { return carried.archive != "" }

// release is what a program carries; "make dist" makes it.
type release struct {
	archive string // a kit as .tar.gz
	digest  string // its SHA-256
	files   string // "SIZE NAME" of each, a line each
}

// tempPrefix begins the names of folders that a kit is unpacked in.
const tempPrefix = "unpacking-"

// Folder returns the folder of the kit below parent, whose name is the archive's digest. It is unpacked if it is not
// there as it was, and fresh reports that; its time says when it was last asked for.
func Folder(parent string) (dir string, fresh bool, err error) { return carried.folder(parent) }

func (r release) folder(parent string) (dir string, fresh bool, err error) {
	dir = filepath.Join(parent, strings.TrimSpace(r.digest))
	now := time.Now()
	if os.Chtimes(dir, now, now) == nil {
		if r.whole(dir) {
			return dir, false, nil
		}
		if err = os.RemoveAll(dir); err != nil {
			return "", false, err
		}
	}
	if err = unpackInto(dir, strings.NewReader(r.archive)); err != nil {
		return "", false, fmt.Errorf("unpacking the kit that this program carries: %w", err)
	}
	return dir, true, nil
}

// whole reports whether dir still has all files: what cleans folders for temporary files takes those that are old, and
// a disk that was full may have cut some.
func (r release) whole(dir string) bool {
	for line := range strings.Lines(r.files) {
		size, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		st, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || !st.Mode().IsRegular() || strconv.FormatInt(st.Size(), 10) != size {
			return false
		}
	}
	return true
}

// unpackInto makes dir of an archive. Of several processes that do, one wins, and all have its folder: it is there in
// whole or not at all.
func unpackInto(dir string, from io.Reader) error {
	temp, err := outfile.MakeDir(filepath.Dir(dir), tempPrefix, 0o700)
	if err != nil {
		return err
	}
	defer temp.Remove()
	made := filepath.Join(temp.Name, "kit")
	if err := os.Mkdir(made, 0o700); err != nil {
		return err
	}
	if err := unpack(made, from); err != nil {
		return err
	}
	if err := os.Rename(made, dir); !errors.Is(err, fs.ErrExist) { // ENOTEMPTY counts as that
		return err
	}
	return nil
}

// unpack writes the files of a .tar.gz below dir. It holds folders and regular files alone.
func unpack(dir string, from io.Reader) error {
	z, err := gzip.NewReader(from)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			_, err = io.Copy(io.Discard, z) // whose checksum comes last
			return err
		}
		if err != nil {
			return err
		}
		if !filepath.IsLocal(h.Name) {
			return fmt.Errorf("%q is no path inside the kit", h.Name)
		}
		name := filepath.Join(dir, h.Name)
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(name, 0o700)
		case tar.TypeReg:
			err = writeFile(name, t)
		default:
			err = fmt.Errorf("%q is no folder or regular file", h.Name)
		}
		if err != nil {
			return err
		}
	}
}

func writeFile(name string, from io.Reader) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
