package manifest

import (
	"path"
	"strings"
)

// checkTree checks that the entries can be one tree: nothing lies below what is
// no directory, and no link that a rule gives leads back to itself. Those that the host has may: out of a folder
// that is packed as a tree they lead somewhere else there.
func (m *Manifest) checkTree() error {
	at := make(map[string]*Entry, len(m.Entries))
	links := make(map[string]string)
	for i := range m.Entries {
		e := &m.Entries[i]
		at[e.Guest] = e
		if e.Link != "" {
			links[e.Guest] = e.Link
		}
		if e.Guest == "/" && !e.Dir {
			return &Error{Pos: e.Pos, Path: "/", Msg: "the image's root is given a file", Fix: "name the file, as /file: host"}
		}
	}
	good := make(map[string]bool) // directories all of whose parents are ones
	for i := range m.Entries {
		e := &m.Entries[i]
		for d := path.Dir(e.Guest); d != "/" && !good[d]; d = path.Dir(d) {
			if up := at[d]; up != nil && !up.Dir {
				what := "a file"
				if up.Link != "" {
					what = "a link to " + printable(up.Link)
				}
				return &Error{Pos: e.Pos, Path: e.Guest,
					Msg: printable(d) + " is " + what + " (" + up.Pos.String() + "), nothing can be put below it",
					Fix: "remove one of the two, or name the directory that it stands for"}
			}
			good[d] = true
		}
	}
	for i := range m.Entries {
		if e := &m.Entries[i]; e.Link != "" {
			if way, ok := follow(links, e.Guest); !ok {
				if e.Like != "" {
					m.Warnings = append(m.Warnings, Warning{Pos: e.Pos, Msg: printable(e.Guest) + " is a link that leads back to itself in the image; it is packed as it is"})
					continue
				}
				return &Error{Pos: e.Pos, Path: e.Guest, Msg: "the link leads back to itself: " + way, Fix: "point one of them at a file"}
			}
		}
	}
	return nil
}

// follow resolves guest as the guest's kernel will. It reports the links on the
// way, and whether there is an end to them. What is not in the image ends it.
func follow(links map[string]string, guest string) (way string, ok bool) {
	cur, rest, n := "", guest, 0
	var seen []string
	for rest != "" {
		var c string
		c, rest, _ = strings.Cut(rest, "/")
		switch c {
		case "", ".":
			continue
		case "..":
			cur = cur[:max(0, strings.LastIndexByte(cur, '/'))]
			continue
		}
		cur += "/" + c
		target, is := links[cur]
		if !is {
			continue
		}
		if len(seen) < 6 {
			seen = append(seen, printable(short(cur)))
		}
		if n++; n > maxLinks || len(target)+len(rest) > 16*maxPath {
			return strings.Join(seen, " to "), false
		}
		rest = target + "/" + rest
		if target[0] == '/' {
			cur = ""
		} else {
			cur = cur[:strings.LastIndexByte(cur, '/')]
		}
	}
	return "", true
}
