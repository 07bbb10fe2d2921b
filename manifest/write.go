package manifest

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"uk.example/internal/lazyregexp"
)

// WriteTo writes the resolved manifest in its own grammar: each entry as a rule
// with an absolute host path, then the sections that are not empty, in lines that OSv's
// tools pass over. What was made by the tool, and so has no host path, becomes a comment.
func (m *Manifest) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	m.writeRules(&b)
	m.writeApp(&b)
	m.writeKernel(&b)
	m.writeFiles(&b)
	return b.WriteTo(w)
}

// WriteRules writes the [manifest] section alone, which OSv's tools can read.
func (m *Manifest) WriteRules(w io.Writer) (int64, error) {
	var b bytes.Buffer
	m.writeRules(&b)
	return b.WriteTo(w)
}

func (m *Manifest) writeRules(b *bytes.Buffer) {
	b.WriteString("[manifest]\n")
	for _, e := range m.Entries {
		host := ""
		switch {
		case e.Link != "":
			host = "->" + e.Link
		case e.Data != nil:
			fmt.Fprintf(b, "# %s: %d bytes made by uk\n", printable(e.Guest), len(e.Data))
			continue
		case e.Host != "":
			host = e.Host
			if abs, err := filepath.Abs(e.Host); err == nil {
				host = abs
			}
		default:
			host = "/" // any directory makes an empty one
		}
		if !writable(e.Guest) || !writable(host) || e.Link != strings.TrimSpace(e.Link) {
			fmt.Fprintf(b, "# the grammar cannot say: %q: %q\n", e.Guest, host)
			continue
		}
		fmt.Fprintf(b, "%s: %s\n", e.Guest, strings.ReplaceAll(host, "%", "%%"))
	}
}

// writable says whether a path survives being written as part of a rule.
func writable(s string) bool {
	return s == strings.TrimSpace(s) && !strings.ContainsAny(s, "\n\r\x00") &&
		!strings.Contains(s, ": ") && !strings.Contains(s, "${") && !strings.HasSuffix(s, "/**") && !strings.HasSuffix(s, "/&")
}

func (m *Manifest) writeApp(b *bytes.Buffer) {
	a := m.App
	var lines []string
	if len(a.Command) > 0 {
		var q []string
		for _, w := range a.Command {
			q = append(q, quote(w))
		}
		lines = append(lines, "command = "+strings.Join(q, " "))
	}
	if a.Argv0 != nil {
		lines = append(lines, "argv0 = "+quote(*a.Argv0))
	}
	for _, e := range a.Env {
		if e != strings.TrimSpace(e) || strings.HasSuffix(e, `"`) || strings.HasSuffix(e, "'") {
			e = `"` + e + `"`
		}
		lines = append(lines, "env = "+e)
	}
	if a.Cwd != "" {
		lines = append(lines, "cwd = "+a.Cwd)
	}
	if a.User != "" {
		lines = append(lines, "user = "+a.User)
	}
	for _, u := range a.Ulimits {
		lines = append(lines, "ulimits = "+u)
	}
	for i := range a.Mounts {
		lines = append(lines, "mounts = "+a.Mounts[i].line())
	}
	if a.Memory > 0 {
		lines = append(lines, "memory = "+formatSize(a.Memory))
	}
	if a.CPUs > 0 {
		lines = append(lines, fmt.Sprintf("cpus = %d", a.CPUs))
	}
	writeSection(b, "app", lines)
}

func (m *Manifest) writeKernel(b *bytes.Buffer) {
	k := m.Kernel
	var lines []string
	for _, s := range []struct{ key, val string }{
		{"profile", k.Profile},
		{"drivers", strings.Join(k.Drivers, " ")},
		{"modules", strings.Join(k.Modules, " ")},
		{"module_failure", k.ModuleFailure},
		{"symbols", strings.Join(k.Symbols, " ")},
		{"syscalls", strings.Join(k.Syscalls, " ")},
		{"libc", k.Libc},
		{"dlsym", k.Dlsym},
		{"overlay", k.Overlay},
		{"aslr", k.ASLR},
	} {
		if s.val != "" {
			lines = append(lines, s.key+" = "+s.val)
		}
	}
	writeSection(b, "kernel", lines)
}

func writeSection(b *bytes.Buffer, name string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s [%s]\n", marker, name)
	for _, l := range lines {
		if strings.ContainsAny(l, "\n\r\x00") || l != strings.TrimSpace(l) || reference.MatchString(l) {
			fmt.Fprintf(b, "# the grammar cannot say: %q\n", l)
			continue
		}
		b.WriteString(marker + " " + l + "\n")
	}
}

// reference is what would be taken for a variable.
var reference = lazyregexp.New(`%\([^)]*\)s`)

// quote makes a word that SplitWords reads back.
func quote(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\"'\\#") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func formatSize(n int64) string {
	units := []string{"", "K", "M", "G", "T"}
	i := 0
	for n%1024 == 0 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	return fmt.Sprintf("%d%s", n, units[i])
}

// Find follows the links of an image on the way to a guest path, path_resolution(7). It returns
// where that ends and whether there is a file or folder.
func (m *Manifest) Find(guest string) (end string, ok bool) {
	left := maxLinks
	at, rest := "/", path.Clean(guest)
	for rest = strings.TrimPrefix(rest, "/"); rest != ""; {
		name, after, _ := strings.Cut(rest, "/")
		next := path.Join(at, name)
		e := m.Lookup(next)
		if e == nil || e.Link == "" {
			at, rest = next, after
			continue
		}
		if left--; left < 0 {
			return next, false
		}
		if path.IsAbs(e.Link) {
			at = "/"
		}
		// ".." is taken from the text, not from where links lead.
		at, rest = "/", strings.TrimPrefix(path.Join("/", at, e.Link, after), "/")
	}
	return at, m.has(at)
}

// has tells whether a path without links is a file or a folder of the image.
func (m *Manifest) has(guest string) bool {
	below := strings.TrimSuffix(guest, "/") + "/"
	return slices.ContainsFunc(m.Entries, func(e Entry) bool { return e.Guest == guest || strings.HasPrefix(e.Guest, below) })
}

// Lookup returns the entry for a guest path, or nil.
func (m *Manifest) Lookup(guest string) *Entry {
	i := slices.IndexFunc(m.Entries, func(e Entry) bool { return e.Guest == guest })
	if i < 0 {
		return nil
	}
	return &m.Entries[i]
}
