package manifest

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FileRule is a line of the [files] section: what the files of a path get in place
// of what the host says. A nil field changes nothing.
type FileRule struct {
	Path  string     `json:"path"` // in the guest; with a trailing /** all below it
	Mode  *uint32    `json:"mode,omitempty"`
	UID   *uint32    `json:"uid,omitempty"`
	GID   *uint32    `json:"gid,omitempty"`
	MTime *time.Time `json:"mtime,omitempty"`
	// Xattrs keeps the host file's own extended attributes, user.*, which are left out otherwise.
	Xattrs bool `json:"xattrs,omitempty"`
	// Set are attributes that the file gets, by name: security.capability, user.*.
	Set map[string][]byte `json:"set,omitempty"`
}

// Matches tells whether the rule is for the guest path, which is absolute and clean.
func (r *FileRule) Matches(guest string) bool {
	if below, ok := strings.CutSuffix(r.Path, "/**"); ok {
		return strings.HasPrefix(guest, below+"/") && guest != "/"
	}
	return guest == r.Path
}

// fileLine reads "/path = mode=0640 owner=0:42 mtime=2026-01-31T12:00:00Z".
func (p *parser) fileLine(line string) error {
	const grammar = `write "/path = mode=0640 owner=0:42 mtime=2026-01-31T12:00:00Z capabilities=net_raw user.note=text xattrs=keep", one or more of these; /path/** is for all below it`
	name, val, ok := strings.Cut(line, " = ")
	name = strings.TrimSpace(name)
	if !ok || !strings.HasPrefix(name, "/") {
		return p.errorf("", grammar, "%q is no rule of [files]", short(line))
	}
	name, err := p.expand(name, inSetting)
	if err != nil {
		return err
	}
	r := FileRule{Path: path.Clean(name)}
	for _, w := range strings.Fields(val) {
		key, v, _ := strings.Cut(w, "=")
		var err error
		switch key {
		case "mode":
			r.Mode, err = ParseMode(v)
		case "owner":
			r.UID, r.GID, err = ParseOwner(v)
		case "mtime":
			r.MTime, err = parseTime(v)
		case "xattrs":
			if r.Xattrs = v == "keep"; !r.Xattrs {
				err = fmt.Errorf("xattrs %q: they can be kept only, xattrs=keep", short(v))
			}
		case "capabilities":
			var value []byte
			value, err = parseCapabilities(v)
			r.set(capabilityXattr, value)
		default:
			if strings.HasPrefix(key, "user.") && len(key) > len("user.") && len(key) <= maxXattrName {
				r.set(key, []byte(v))
				break
			}
			err = fmt.Errorf("%q is none of mode, owner, mtime, capabilities, xattrs and user.NAME", short(w))
		}
		if err != nil {
			return p.errorf(r.Path, grammar, "%v", err)
		}
	}
	if r.Mode == nil && r.UID == nil && r.MTime == nil && !r.Xattrs && r.Set == nil {
		return p.errorf(r.Path, grammar, "nothing is said of it")
	}
	p.m.Files = append(p.m.Files, r)
	return nil
}

// maxXattrName is what Linux allows, XATTR_NAME_MAX.
const maxXattrName = 255

func (r *FileRule) set(name string, value []byte) {
	if r.Set == nil {
		r.Set = map[string][]byte{}
	}
	r.Set[name] = value
}

// ParseMode reads permissions in octal, up to 7777.
func ParseMode(s string) (*uint32, error) {
	n, err := strconv.ParseUint(s, 8, 32)
	if err != nil || n > 0o7777 {
		return nil, fmt.Errorf("mode %q is not octal, 0 to 7777", short(s))
	}
	m := uint32(n)
	return &m, nil
}

// ParseOwner reads UID:GID; without a group it is the user's number.
func ParseOwner(s string) (uid, gid *uint32, err error) {
	u, g, both := strings.Cut(s, ":")
	if !both {
		g = u
	}
	var ids [2]uint32
	for i, id := range []string{u, g} {
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil || n == 1<<32-1 {
			return nil, nil, fmt.Errorf("owner %q is no UID or UID:GID", short(s))
		}
		ids[i] = uint32(n)
	}
	return &ids[0], &ids[1], nil
}

// parseTime reads RFC 3339, or seconds since 1970 behind an @ as touch(1) has them.
func parseTime(s string) (*time.Time, error) {
	if sec, ok := strings.CutPrefix(s, "@"); ok {
		if n, err := strconv.ParseInt(sec, 10, 64); err == nil && n >= -1<<33 && n <= 1<<33 {
			t := time.Unix(n, 0)
			return &t, nil
		}
	} else if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return &t, nil
	}
	return nil, fmt.Errorf("time %q is neither as 2026-01-31T12:00:00Z nor @SECONDS since 1970", short(s))
}

func (m *Manifest) writeFiles(b *bytes.Buffer) {
	var lines []string
	for _, r := range m.Files {
		l := r.Path + " ="
		if r.Mode != nil {
			l += fmt.Sprintf(" mode=%04o", *r.Mode)
		}
		if r.UID != nil {
			l += fmt.Sprintf(" owner=%d:%d", *r.UID, *r.GID)
		}
		if r.MTime != nil {
			l += " mtime=" + r.MTime.UTC().Format(time.RFC3339Nano)
		}
		for _, name := range slices.Sorted(maps.Keys(r.Set)) {
			if value := r.Set[name]; name == capabilityXattr {
				l += " capabilities=" + capabilityNames(value)
			} else {
				l += " " + name + "=" + string(value)
			}
		}
		if r.Xattrs {
			l += " xattrs=keep"
		}
		lines = append(lines, l)
	}
	writeSection(b, "files", lines)
}
