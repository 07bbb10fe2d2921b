// Package archive has the files of a root file system that is one file: a tar or cpio archive, as it is or
// compressed by gzip or zstd.
//
// What is in an archive is anybody's, and the decoders are large: they are in a program of their own, cmd/uk-archive,
// which gives up all rights but those to one folder before it reads the first byte. Starting it costs `uk` nothing
// where there is no archive. Into that folder it puts the contents, in files that are called by numbers, so that no
// name of the archive is one of this machine's; what belongs to them it writes to standard output (package reader).
package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"uk.example/internal/ownprogram"
)

// Program is the program that reads archives.
const Program = "uk-archive"

// Kind is what an entry is.
type Kind string

// The kinds of entries.
const (
	File Kind = "file"
	Dir  Kind = "dir"
	Link Kind = "link"
)

// Entry is a path of the tree. Names are bytes, which need not be text.
type Entry struct {
	Path   []byte `json:"path"` // absolute and clean
	Kind   Kind   `json:"kind"`
	Number int    `json:"number,omitempty"` // of the file with its contents, from 1 on; hard links have one each
	Target []byte `json:"target,omitempty"` // of a link
	Attr
}

// Attr is what an entry has besides its contents.
type Attr struct {
	Mode   uint32  `json:"mode"`
	UID    uint32  `json:"uid"`
	GID    uint32  `json:"gid"`
	Sec    int64   `json:"sec"` // time of change
	Nsec   int64   `json:"nsec,omitempty"`
	Xattrs []Xattr `json:"xattrs,omitempty"` // in order of name
}

// Xattr is an extended attribute.
type Xattr struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

// Tree is what an archive holds, in order of path, each folder before what is in it.
type Tree struct {
	Entries []Entry  `json:"entries"`
	Notes   []string `json:"notes,omitempty"` // about what was left out
}

// suffixes end the names of archives that cannot be told by how they begin, or are compressed.
var suffixes = []string{".tar", ".cpio", ".gz", ".tgz", ".zst", ".tzst"}

// Detect reports whether a file called name that starts with head, its first 512 bytes or more, is an archive.
func Detect(name string, head []byte) bool {
	const ustarAt = 257
	switch {
	case bytes.HasPrefix(head, []byte("07070")):
		return true
	case len(head) >= ustarAt+5 && string(head[ustarAt:ustarAt+5]) == "ustar":
		return true
	case Compressed(head):
		for _, s := range suffixes {
			if strings.HasSuffix(name, s) {
				return true
			}
		}
	}
	return strings.HasSuffix(name, ".tar")
}

// Compressed reports whether a file that starts with head is compressed in a way that is understood here.
func Compressed(head []byte) bool {
	return bytes.HasPrefix(head, []byte(Gzip)) || bytes.HasPrefix(head, []byte(Zstd))
}

// What compressed files start with.
const (
	Gzip = "\x1f\x8b"
	Zstd = "\x28\xb5\x2f\xfd"
)

// HostFile is the file in dir with the contents of a number.
func HostFile(dir string, number int) string { return filepath.Join(dir, strconv.Itoa(number)) }

// Unpack has the program read the archive called name and put its contents into dir, an empty folder.
func Unpack(ctx context.Context, name, dir string) (*Tree, error) {
	program, err := ownprogram.Find(Program, "archives are read by")
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, program, dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = f, &out, &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if line, _, _ := strings.Cut(complaint.String(), "\n"); line != "" {
			err = errors.New(line)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t := new(Tree)
	if err := json.Unmarshal(out.Bytes(), t); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, program, err)
	}
	return t, nil
}
