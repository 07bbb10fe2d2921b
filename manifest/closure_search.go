package manifest

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"uk.example/internal/bounded"
)

// defaultDirs are the folders that a loader searches without being told: the
// host's, and so the guest's. Debian's multiarch folders come first.
var defaultDirs = []string{
	"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
}

// muslDirs are those of musl's loader, and Debian's for musl.
var muslDirs = []string{
	"/lib", "/usr/local/lib", "/usr/lib", "/lib/x86_64-linux-musl", "/usr/lib/x86_64-linux-musl",
}

// fallbackDir is a folder that the guest's loader always searches. A library
// whose own folder the guest's loader cannot know gets a link there.
const fallbackDir = "/usr/lib"

// searched are the folders that the guest's loader and glibc's search by themselves.
var searched = []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", fallbackDir}

// hiddenDirs are where the guest mounts file systems of its own, so that what
// the image has there cannot be seen.
var hiddenDirs = []string{"/tmp", "/var/tmp", "/dev", "/proc", "/sys", "/run"}

// folderNames are names in the root folder that are those of folders, here or in other images:
// no program is put there.
var folderNames = []string{"bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt",
	"proc", "root", "run", "sbin", "srv", "sys", "tmp", "usr", "var"}

// homeOf gives a program a place that can be seen, for one in a folder that cannot. What finds its files by
// the folders above it keeps these: Node's packages, and a virtual environment of Python.
func homeOf(program string) string {
	if i := strings.Index(program, "/node_modules/"); i >= 0 {
		return program[i:]
	}
	if prefix := path.Dir(path.Dir(program)); path.Base(path.Dir(program)) == "bin" && !slices.Contains(folderNames, path.Base(prefix)) {
		if _, err := os.Stat(path.Join(prefix, "pyvenv.cfg")); err == nil {
			return "/" + path.Base(prefix) + "/bin/" + path.Base(program)
		}
	}
	if name := path.Base(program); !slices.Contains(folderNames, name) {
		return "/" + name
	}
	return "/opt/" + path.Base(program)
}

// Hidden tells whether guests mount something over the place of a path, so that what an image has there is not seen.
func Hidden(guest string) bool { return hiddenBy(guest) != "" }

// hiddenBy is the folder that guests mount something over and that holds a path; "": there is none.
func hiddenBy(guest string) string {
	for _, d := range hiddenDirs {
		if guest == d || strings.HasPrefix(guest, d+"/") {
			return d
		}
	}
	return ""
}

// searchDir is a folder to search.
type searchDir struct {
	host, guest string
	linked      bool // the guest's loader does not search it by itself
}

// dirs lists the folders where o's needs are searched, in the order of
// ld.so(8): DT_RPATH of o and of what loaded it, unless o has DT_RUNPATH;
// LD_LIBRARY_PATH; DT_RUNPATH of o; the loader's configuration; the default.
func (c *closure) dirs(o *object) []searchDir {
	var out []searchDir
	own := func(o *object, list []string) {
		for _, d := range list {
			hs := expandAll(d, filepath.Dir(o.host))
			gs := expandAll(d, path.Dir(o.guest))
			for i := range hs {
				out = append(out, searchDir{host: hs[i], guest: gs[i]})
			}
		}
	}
	if o.run == nil || c.musl {
		for p := o; p != nil; p = p.parent {
			own(p, p.rpath)
			if c.musl { // to musl the two are one, and both are inherited
				own(p, p.run)
			}
		}
	}
	for _, d := range c.opt.LibraryPath {
		if abs, err := filepath.Abs(d); err == nil {
			out = append(out, searchDir{host: abs, guest: abs, linked: true})
		}
	}
	if !c.musl {
		own(o, o.run)
	}
	for _, d := range c.configured() {
		out = append(out, searchDir{host: d, guest: d, linked: !slices.Contains(defaultDirs, d)})
	}
	return out
}

// configured returns the folders that every search ends with.
func (c *closure) configured() []string {
	if c.confRead {
		return c.conf
	}
	c.confRead = true
	if c.musl {
		if b, err := os.ReadFile("/etc/ld-musl-x86_64.path"); err == nil && len(b) < maxManifest {
			c.conf = strings.FieldsFunc(string(b), func(r rune) bool { return r == ':' || r == '\n' })
		} else {
			c.conf = muslDirs
		}
		return c.conf
	}
	name := c.opt.Conf
	if name == "" {
		name = "/etc/ld.so.conf"
	}
	// The default folders of this architecture stand before what the
	// configuration adds only if it does not list them itself.
	c.conf = append(readConf(name), defaultDirs...)
	return c.conf
}

// Limits of the loader's configuration: files, each included one counted as often as it is, folders, and bytes of a file.
const (
	maxConfFiles   = 1000
	maxConfFolders = 1000
	maxConfBytes   = 1 << 20
)

// readConf reads the loader's configuration: a folder a line, # comments, and
// "include GLOB". What cannot be read is passed over, as ldconfig does.
func readConf(name string) []string {
	files := 0
	return readConfFile(name, &files)
}

func readConfFile(name string, read *int) []string {
	if *read++; *read > maxConfFiles {
		return nil
	}
	text, err := bounded.ReadRegular(name, maxConfBytes)
	if err != nil {
		return nil
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if len(out) >= maxConfFolders {
			break
		}
		line, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "hwcap":
		case words[0] == "include":
			for _, g := range words[1:] {
				if !filepath.IsAbs(g) {
					g = filepath.Join(filepath.Dir(name), g)
				}
				files, _ := filepath.Glob(g) // sorted
				for _, f := range files {
					out = append(out, readConfFile(f, read)...)
				}
			}
		default:
			// Folders stand apart by blanks, colons or commas; "=TYPE"
			// after one is a relic.
			for _, d := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t:,", r) }) {
				d, _, _ = strings.Cut(d, "=")
				if filepath.IsAbs(d) {
					out = append(out, filepath.Clean(d))
				}
			}
		}
	}
	return out
}

// libNames are what $LIB stands for, on Debian and elsewhere.
var libNames = []string{"lib/x86_64-linux-gnu", "lib64"}

// expandAll replaces the dynamic string tokens of a search path's folder:
// $ORIGIN is origin; $LIB has several values, so there can be several folders.
func expandAll(d, origin string) []string {
	if !strings.Contains(d, "$") {
		return []string{path.Clean(d)}
	}
	if !hasToken(d, "LIB") {
		return []string{expandOne(d, origin)}
	}
	var out []string
	for _, l := range libNames {
		out = append(out, expandOne(replaceToken(d, "LIB", l), origin))
	}
	return out
}

func expandOne(d, origin string) string {
	if strings.Contains(d, "$") {
		d = replaceToken(d, "ORIGIN", origin)
		d = replaceToken(d, "PLATFORM", "x86_64")
		d = replaceToken(d, "LIB", libNames[0])
	}
	return path.Clean(d)
}

func hasToken(s, name string) bool { return replaceToken(s, name, "") != s }

// replaceToken replaces $name, if no letter, digit or underscore follows, and
// ${name}.
func replaceToken(s, name, value string) string {
	s = strings.ReplaceAll(s, "${"+name+"}", value)
	var b strings.Builder
	for {
		i := strings.Index(s, "$"+name)
		if i < 0 {
			return b.String() + s
		}
		rest := s[i+1+len(name):]
		b.WriteString(s[:i])
		if rest != "" && (rest[0] == '_' || rest[0] >= '0' && rest[0] <= '9' || rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z') {
			b.WriteString("$" + name)
		} else {
			b.WriteString(value)
		}
		s = rest
	}
}

func isNotDir(err error) bool {
	return errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.ELOOP)
}
