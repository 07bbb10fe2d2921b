package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// maxErrors is how many faults of host files one Expand reports.
const maxErrors = 10

// Expand makes Entries from Rules: it lists trees, follows the host's links, and
// sees what each host path is. It reports up to ten faulty rules at once, joined
// as [errors.Join] does.
func (m *Manifest) Expand() error {
	x := &expander{m: m, at: make(map[string]int)}
	m.Entries, m.Folders = nil, make(map[string]string)
	var errs []error
	for _, r := range m.Rules {
		if err := x.rule(r); err != nil {
			if errs = append(errs, err); len(errs) == maxErrors {
				break
			}
		}
	}
	x.warnOfDropped()
	x.warnOfHidden()
	if len(errs) == 0 {
		if err := m.checkTree(); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

type expander struct {
	m       *Manifest
	at      map[string]int // index in Entries of each guest path
	dropped []dropped
}

// dropped is what the rule for a tree leaves out of it.
type dropped struct {
	pos        Pos
	guest, msg string
}

// maxDropped is how many of the paths that a tree leaves out are named.
const maxDropped = 10

// drop notes that the rule for a tree leaves out the host's path h, which is what.
func (x *expander) drop(r Rule, guest, h, what string) {
	msg := fmt.Sprintf("%s is %s, which /** leaves out as OSv does; add it as \"%s: !%s\", or write /** with ! before the host path to keep all links and empty directories",
		printable(h), what, printable(guest), printable(h))
	x.dropped = append(x.dropped, dropped{pos: r.Pos, guest: guest, msg: msg})
}

// warnOfHidden warns of the first file of each rule that guests mount something over.
func (x *expander) warnOfHidden() {
	told := make(map[Pos]bool)
	for _, e := range x.m.Entries {
		if d := hiddenBy(e.Guest); d != "" && e.Link == "" && !e.Dir && !told[e.Pos] {
			told[e.Pos] = true
			x.m.lost(e.Pos, "%s is not seen by the program: a guest mounts a file system of its own over %s; give it another place", printable(e.Guest), d)
		}
	}
}

// warnOfDropped warns of what was left out and no other rule gives.
func (x *expander) warnOfDropped() {
	count := make(map[Pos]int)
	for i, d := range x.dropped {
		if _, given := x.at[d.guest]; !given {
			if count[d.pos]++; count[d.pos] <= maxDropped {
				x.warn(d.pos, "%s", d.msg)
			}
		}
		last := i == len(x.dropped)-1 || x.dropped[i+1].pos != d.pos
		if more := count[d.pos] - maxDropped; last && more > 0 {
			x.warn(d.pos, "%d more links to directories and empty directories are left out", more)
		}
	}
}

func (m *Manifest) lost(pos Pos, format string, args ...any) {
	m.Warnings = append(m.Warnings, Warning{Pos: pos, Msg: fmt.Sprintf(format, args...), Lost: true})
}

func (x *expander) warn(pos Pos, format string, args ...any) {
	x.m.Warnings = append(x.m.Warnings, Warning{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

func (x *expander) rule(r Rule) error {
	if target, ok := strings.CutPrefix(r.Host, "->"); ok {
		return x.link(r, strings.TrimSpace(target), "")
	}
	host, keep := strings.CutPrefix(r.Host, "!")
	gTree, hTree := strings.HasSuffix(r.Guest, "/**"), strings.HasSuffix(host, "/**")
	switch {
	case gTree && hTree:
		guest := strings.TrimSuffix(r.Guest, "/**")
		return x.tree(r, guest, x.m.hostPath(strings.TrimSuffix(host, "**")), keep)
	case gTree || hTree:
		return &Error{Pos: r.Pos, Path: r.Guest, Msg: "only one of the two paths ends in /**", Fix: "end both in /**, or neither"}
	}
	if pre, suf, ok := strings.Cut(r.Guest, "/&/"); ok && strings.HasSuffix(host, "/&") {
		r.Guest, host = pre+"/"+suf, strings.TrimSuffix(host, "&")+suf
	}
	host = x.m.hostPath(host)
	if !keep && dangling(host) {
		x.warn(r.Pos, "%s is a link that leads nowhere on the host; it is packed as it is", printable(host))
	}
	return x.path(r, r.Guest, host, keep)
}

// hostPath puts a relative host path below the manifest's Dir. It does not clean
// the path: what a/../b is depends on whether a is a link.
func (m *Manifest) hostPath(p string) string {
	if path.IsAbs(p) || m.Dir == "" || m.Dir == "." {
		return p
	}
	return strings.TrimSuffix(m.Dir, "/") + "/" + p
}

// link adds a link to target, which is on the host at like or not at all.
func (x *expander) link(r Rule, target, like string) error {
	switch {
	case target == "":
		return &Error{Pos: r.Pos, Path: r.Guest, Msg: "the link has no target", Fix: "write it after ->"}
	case len(target) > maxPath:
		return &Error{Pos: r.Pos, Path: r.Guest, Msg: fmt.Sprintf("the link's target has %d bytes, at most %d fit", len(target), maxPath), Fix: "use a shorter one"}
	case strings.IndexByte(target, 0) >= 0:
		return &Error{Pos: r.Pos, Path: r.Guest, Msg: "the link's target holds a NUL byte", Fix: "remove it"}
	}
	return x.put(Entry{Guest: r.Guest, Link: target, Like: like, Pos: r.Pos})
}

// path adds what the host has at path host. A link there is followed, unless
// keep says to take it as it is, or it is one that leads nowhere on the host.
func (x *expander) path(r Rule, guest, host string, keep bool) error {
	if !keep && !dangling(host) {
		to, err := unlink(host)
		if err != nil {
			return &Error{Pos: r.Pos, Path: host, Msg: err.Error(), Fix: "correct the links on the host"}
		}
		host = to
	}
	fi, err := os.Lstat(host)
	if err != nil {
		return hostError(r.Pos, guest, host, err)
	}
	e := Entry{Guest: guest, Host: host, Pos: r.Pos}
	switch mode := fi.Mode(); {
	case mode&fs.ModeSymlink != 0:
		target, err := os.Readlink(host)
		if err != nil {
			return hostError(r.Pos, guest, host, err)
		}
		return x.link(Rule{Guest: guest, Pos: r.Pos}, target, host)
	case mode.IsDir():
		e.Dir, e.Like = true, host
	case !mode.IsRegular():
		return &Error{Pos: r.Pos, Path: host, Msg: "is no regular file, directory or link (" + mode.Type().String() + ")",
			Fix: "leave it out; the guest makes its own devices, pipes and sockets"}
	default:
		if st, ok := fi.Sys().(*syscall.Stat_t); ok {
			e.Sparse = st.Blocks*512 < st.Size
		}
	}
	return x.put(e)
}

func hostError(pos Pos, guest, host string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	e := &Error{Pos: pos, Path: host, Msg: "cannot look at the host path for " + printable(guest), Fix: "check its path and permissions", Err: err}
	if errors.Is(err, fs.ErrNotExist) {
		e.Msg, e.Fix = "no such host file, for "+printable(guest), "build it, or correct the path"
		e.Err = fs.ErrNotExist
	}
	return e
}

// unlink follows the host link f as OSv does: a relative target starts from the
// link's folder; an absolute one from the innermost folder above the link in
// which it exists, so that the links of a root file system that lies in a folder
// lead inside it. An absolute link whose target is nowhere is returned itself.
func unlink(f string) (string, error) {
	for range maxLinks + 1 {
		target, err := os.Readlink(f)
		if err != nil {
			return f, nil
		}
		if !path.IsAbs(target) {
			f = dirOf(f) + target
			continue
		}
		base := strings.TrimSuffix(dirOf(f), "/")
		for !exists(base + target) {
			if base == "" || base == "." {
				return f, nil
			}
			base = strings.TrimSuffix(dirOf(base), "/")
		}
		f = base + target
	}
	return "", errors.New("its links loop")
}

// dangling reports whether the host link f leads nowhere: it is part of what was
// asked for, as it is.
func dangling(f string) bool {
	to, err := unlink(f)
	if err != nil || to == f {
		return false
	}
	_, err = os.Lstat(to)
	return errors.Is(err, fs.ErrNotExist)
}

// dirOf is all of a path before its last component, the slash included.
func dirOf(p string) string {
	p = strings.TrimRight(p, "/")
	return p[:strings.LastIndexByte(p, '/')+1]
}

func exists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

// tree adds the files below host, those of a directory before those of the
// directories in it, each in order of name.
func (x *expander) tree(r Rule, guest, host string, keep bool) error {
	list, err := os.ReadDir(host)
	if err != nil {
		return hostError(r.Pos, guest+"/**", strings.TrimSuffix(host, "/"), err)
	}
	x.m.Folders[cmpPath(guest)] = host
	switch {
	case len(list) > 0:
	case keep:
		return x.put(Entry{Guest: cmpPath(guest), Host: host, Dir: true, Like: host, Pos: r.Pos})
	default:
		x.drop(r, cmpPath(guest), strings.TrimSuffix(host, "/"), "an empty directory")
	}
	names := make(map[string]bool, len(list))
	for _, d := range list {
		names[d.Name()] = true
	}
	var dirs []string
	for _, d := range list {
		name := d.Name()
		g, h := guest+"/"+name, host+name
		if d.IsDir() {
			dirs = append(dirs, name)
			continue
		}
		if d.Type()&fs.ModeSymlink != 0 && !keep {
			if fi, err := os.Stat(h); err == nil && fi.IsDir() {
				x.drop(r, g, h, "a link to a directory")
				continue
			}
		}
		// OSv's tools leave such copies beside what they stripped.
		if base, ok := strings.CutSuffix(name, "-stripped.so"); ok && names[base+".so"] {
			continue
		}
		if err := checkGuest(g, r.Pos); err != nil {
			return err
		}
		if err := x.path(r, g, h, keep); err != nil {
			return err
		}
	}
	for _, name := range dirs {
		g := guest + "/" + name
		if err := checkGuest(g, r.Pos); err != nil {
			return err
		}
		if err := x.tree(r, g, host+name+"/", keep); err != nil {
			return err
		}
	}
	return nil
}

func cmpPath(guest string) string {
	if guest == "" {
		return "/"
	}
	return guest
}

// put adds an entry. A later one for a path takes the earlier one's place, but
// a directory does not replace what is there.
func (x *expander) put(e Entry) error {
	i, ok := x.at[e.Guest]
	if !ok {
		x.at[e.Guest] = len(x.m.Entries)
		x.m.Entries = append(x.m.Entries, e)
		return nil
	}
	old := &x.m.Entries[i]
	if old.Dir && e.Dir {
		return nil
	}
	if old.Link != e.Link || filepath.Clean(old.Host) != filepath.Clean(e.Host) {
		x.warn(e.Pos, "%s was given before, in line %d; %s", printable(e.Guest), old.Pos.Line,
			map[bool]string{true: "that stays, since this is a directory", false: "this replaces it"}[e.Dir])
	}
	if !e.Dir {
		*old = e
	}
	return nil
}

// Underlay adds the entries of a manifest that m goes over, before m's own, which stay where both have
// one for a path. It is called after Expand, and m's other sections stay as they are.
func (m *Manifest) Underlay(under *Manifest) error {
	all := slices.Clone(under.Entries)
	at := make(map[string]int, len(all))
	for i, e := range all {
		at[e.Guest] = i
	}
	for _, e := range m.Entries {
		if i, ok := at[e.Guest]; ok {
			all[i] = e
		} else {
			all = append(all, e)
		}
	}
	if err := (&Manifest{Entries: all}).checkTree(); err != nil {
		return err
	}
	m.Entries = all
	for guest, host := range under.Folders {
		if m.Folders[guest] == "" {
			m.Folders[guest] = host
		}
	}
	m.Files = slices.Concat(under.Files, m.Files)
	return nil
}
