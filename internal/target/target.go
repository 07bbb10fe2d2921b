package target

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"uk.example/internal/archive"
	"uk.example/internal/bounded"
	"uk.example/internal/diskimage"
	"uk.example/internal/elffile"
	"uk.example/internal/image"
	"uk.example/internal/words"
)

// Target is what a word of the command line names.
type Kind int

// The kinds of targets.
const (
	Program  Kind = iota // an ELF file or a script
	Manifest             // a manifest, or a folder with a usr.manifest
	Image                // a bundle
	Folder               // any other folder
	Root                 // a root file system image
	Disk                 // a disk, see OpenDisk
	Archive              // a tar or cpio archive, which may be compressed
	Other                // some other file
)

// rootMagic is what a root file system starts with (package rofs).
const rootMagic = "\xad\xbe\xad\xde\x00\x00\x00\x00"

const notContainers = "uk runs programs of this machine, not container images"

// likeContainer reports whether a name is written as that of an image in a registry ([HOST/]NAME:TAG), or is one that everybody
// knows.
func likeContainer(name string) bool {
	switch name {
	case "alpine", "archlinux", "centos", "debian", "fedora", "hello-world", "ubuntu":
		return true
	}
	host, tag, tagged := strings.Cut(path.Base(name), ":")
	return tagged && host != "" && tag != "" && name[0] != '/' && name[0] != '.'
}

// Identify says what name is, and its path: that of name itself, or of the
// program of that name in $PATH.
func Identify(name string) (Kind, string, error) {
	if name == "" {
		return Other, "", errors.New("the name of the file is empty")
	}
	st, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.Contains(name, "/") {
		if p, lerr := exec.LookPath(name); lerr == nil {
			return Program, p, nil
		}
		if likeContainer(name) {
			return Other, "", fmt.Errorf("%s: no such file: %s", name, notContainers)
		}
		return Other, "", fmt.Errorf("%s: no such file, here or in $PATH", name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		if likeContainer(name) {
			return Other, "", fmt.Errorf("%s: no such file: %s", name, notContainers)
		}
		return Other, "", fmt.Errorf("%s: no such file", name)
	}
	if errors.Is(err, unix.ENOTDIR) {
		return Other, "", fmt.Errorf("%s: no such file: a part of the name is a file, not a folder", name)
	}
	if errors.Is(err, unix.ENAMETOOLONG) {
		return Other, "", fmt.Errorf("%s: the name is too long", name)
	}
	if err != nil {
		return Other, "", err
	}
	if st.IsDir() {
		switch {
		case image.IsBundle(name):
			return Image, name, nil
		case IsFile(filepath.Join(name, "usr.manifest")):
			return Manifest, filepath.Join(name, "usr.manifest"), nil
		}
		if err := unix.Access(name, unix.R_OK|unix.X_OK); err != nil { // what is in it cannot be known
			return Other, "", &fs.PathError{Op: "open", Path: name, Err: err}
		}
		return Folder, name, nil
	}
	if !st.Mode().IsRegular() {
		return Other, "", fmt.Errorf("%s: is no regular file or folder", name)
	}
	f, _, err := bounded.Open(name)
	if err != nil {
		return Other, "", err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Other, "", err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("\x7fELF")), bytes.HasPrefix(head, []byte("#!")):
		return Program, name, nil
	case bytes.HasPrefix(head, []byte(rootMagic)):
		return Root, name, nil
	case archive.Detect(name, head):
		return Archive, name, nil
	case strings.HasSuffix(name, "manifest"), looksLikeManifest(head):
		return Manifest, name, nil
	case diskimage.Detect(f) != "":
		return Disk, name, nil
	}
	return Other, name, nil
}

// NotOne says what the file name is, which [Identify] takes for none that a program can be made of.
func NotOne(name string) error {
	head, err := HeadOf(name)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(head, []byte(rootMagic)) {
		return fmt.Errorf("%s: is a root file system: name the folder of its image, or a program", name)
	}
	if way, ok := recipes[filepath.Base(name)]; ok {
		return fmt.Errorf("%s: uk does not read one: %s", name, way)
	}
	if elffile.Known(head) == "" {
		if compiler := compilerOf[filepath.Ext(name)]; compiler != "" {
			return fmt.Errorf("%s: is the source of a program: compile it, as with %s, and name the program", name, compiler)
		}
		if interpreter := interpreterOf[filepath.Ext(name)]; interpreter != "" {
			return fmt.Errorf("%s: is no program, but looks like one's text: run it as uk run %s %s, or begin it with a line that starts with #! and names that", name, interpreter, words.Quote(name))
		}
	}
	return fmt.Errorf("%s: %s", name, elffile.NotELF(head))
}

// recipes are files that other tools make programs and containers of.
var recipes = map[string]string{
	"Dockerfile": "build the program here and name it", "Containerfile": "build the program here and name it",
	"docker-compose.yml": "start each program with a uk run of its own", "compose.yml": "start each program with a uk run of its own", "compose.yaml": "start each program with a uk run of its own",
	"Makefile": "make the program and name it", "go.mod": "build the program with go build and name it",
}

// interpreterOf are the programs that run files with these endings, where no line #! names one.
var interpreterOf = map[string]string{
	".py": "python3", ".pl": "perl", ".rb": "ruby", ".php": "php", ".js": "node", ".mjs": "node", ".lua": "lua",
	".sh": "sh", ".bash": "bash", ".tcl": "tclsh", ".scm": "guile", ".fs": "gforth", ".awk": "awk -f",
}

// compilerOf are the commands that make programs of files with these endings.
var compilerOf = map[string]string{
	".c": "cc -o PROGRAM", ".cc": "c++ -o PROGRAM", ".cpp": "c++ -o PROGRAM", ".cxx": "c++ -o PROGRAM",
	".go": "go build", ".rs": "rustc", ".s": "cc -o PROGRAM", ".S": "cc -o PROGRAM", ".f90": "gfortran -o PROGRAM",
}

// NotABuild says what to do with a folder that has no usr.manifest.
func NotABuild(dir string) string {
	for _, p := range projects {
		if IsFile(filepath.Join(dir, p.file)) {
			return fmt.Sprintf("the folder has a %s but no usr.manifest: %s", p.file, p.way)
		}
	}
	return "the folder has no usr.manifest: name a program or a manifest"
}

// projects are files that tell what a folder holds.
var projects = []struct{ file, way string }{
	{"module.py", "`make module`, as OSv's build runs it (SRC=OSV), writes that"},
	{"go.mod", "build the program with go build and name it"},
	{"Cargo.toml", "build the program with cargo build and name it"},
	{"package.json", "name the program: uk run node FILE.js"},
	{"pyproject.toml", "name the program: uk run python3 FILE.py"},
	{"requirements.txt", "name the program: uk run python3 FILE.py"},
	{"Gemfile", "name the program: uk run ruby FILE.rb"},
	{"composer.json", "name the program: uk run php FILE.php"},
	{"Dockerfile", "uk does not read one: build the program here and name it"},
	{"CMakeLists.txt", "build the program and name it"},
	{"Makefile", "build the program with make and name it"},
}

// HeadOf returns the bytes at the start of a file that tell what it is.
func HeadOf(name string) ([]byte, error) {
	f, _, err := bounded.Open(name)
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

func IsFile(name string) bool {
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
