package uk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"uk/internal/diskimage"
	"uk/internal/elffile"
)

// Target is what a word of the command line names.
type Target int

// The kinds of targets.
const (
	TargetProgram  Target = iota // an ELF file or a script
	TargetManifest               // a manifest, or a folder with a usr.manifest
	TargetImage                  // a bundle
	TargetFolder                 // any other folder
	TargetRoot                   // a root file system image
	TargetDisk                   // a disk, see OpenDisk
	TargetOther                  // some other file
)

// rootMagic is what a root file system starts with (package rofs).
const rootMagic = "\xad\xbe\xad\xde\x00\x00\x00\x00"

// Identify says what name is, and its path: that of name itself, or of the
// program of that name in $PATH.
func Identify(name string) (Target, string, error) {
	if name == "" {
		return TargetOther, "", errors.New("the name of the file is empty")
	}
	st, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.Contains(name, "/") {
		if p, lerr := exec.LookPath(name); lerr == nil {
			return TargetProgram, p, nil
		}
		return TargetOther, "", fmt.Errorf("%s: no such file, here or in $PATH", name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return TargetOther, "", fmt.Errorf("%s: no such file", name)
	}
	if err != nil {
		return TargetOther, "", err
	}
	if st.IsDir() {
		switch {
		case IsBundle(name):
			return TargetImage, name, nil
		case isFile(filepath.Join(name, "usr.manifest")):
			return TargetManifest, filepath.Join(name, "usr.manifest"), nil
		}
		if err := unix.Access(name, unix.R_OK|unix.X_OK); err != nil { // what is in it cannot be known
			return TargetOther, "", &fs.PathError{Op: "open", Path: name, Err: err}
		}
		return TargetFolder, name, nil
	}
	if !st.Mode().IsRegular() {
		return TargetOther, "", fmt.Errorf("%s: is no regular file or folder", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return TargetOther, "", err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return TargetOther, "", err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("\x7fELF")), bytes.HasPrefix(head, []byte("#!")):
		return TargetProgram, name, nil
	case bytes.HasPrefix(head, []byte(rootMagic)):
		return TargetRoot, name, nil
	case strings.HasSuffix(name, "manifest"), looksLikeManifest(head):
		return TargetManifest, name, nil
	case diskimage.Detect(f) != "":
		return TargetDisk, name, nil
	}
	return TargetOther, name, nil
}

// NotATarget says what the file name is, which [Identify] takes for none that a program can be made of.
func NotATarget(name string) error {
	head, err := headOf(name)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(head, []byte(rootMagic)) {
		return fmt.Errorf("%s: is a root file system: name the folder of its image, or a program", name)
	}
	return fmt.Errorf("%s: %s", name, elffile.NotELF(head))
}

// headOf returns the bytes at the start of a file that tell what it is.
func headOf(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, elffile.MaxHead)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return head[:n], nil
}

func isFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}

// looksLikeManifest reports whether the first line that is neither empty nor a
// comment is a section header or a rule.
func looksLikeManifest(head []byte) bool {
	for line := range bytes.Lines(head) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		return line[0] == '[' && line[len(line)-1] == ']' || line[0] == '/' && bytes.Contains(line, []byte(": "))
	}
	return false
}
