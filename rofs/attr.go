package rofs

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Attr is what a path has besides its contents. Only version 2 keeps it.
type Attr struct {
	Mode   uint32 // permissions, set-user-ID, set-group-ID and sticky bit: at most 0o7777
	UID    uint32
	GID    uint32
	MTime  time.Time // of the last change of contents; the image knows no other time
	Xattrs []Xattr   // in ascending order of name
}

// Xattr is an extended attribute (xattr(7)).
type Xattr struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

// SetXattr gives the file an extended attribute, or another value for one that it has.
func (a *Attr) SetXattr(name string, value []byte) {
	i, there := slices.BinarySearchFunc(a.Xattrs, name, func(x Xattr, name string) int { return strings.Compare(x.Name, name) })
	if !there {
		a.Xattrs = slices.Insert(a.Xattrs, i, Xattr{Name: name})
	}
	a.Xattrs[i].Value = value
}

// Attributes of what no host path stands for: directories made on the way, and
// contents held in memory. They belong to root and have the time 0.
const (
	madeDir  = 0o755
	madeFile = 0o644
	linkMode = 0o777 // of links, always
	permMask = 0o7777
)

// attributes finds n's attributes on the host, and has opts.Adjust change them. fi is
// what the host says of the file that has n's contents, or nil.
func (n *node) attributes(path string, fi fs.FileInfo, opts *Options) error {
	if n.entry != nil && n.entry.Attr != nil {
		n.attr = *n.entry.Attr
		return nil
	}
	n.attr = Attr{Mode: madeFile, MTime: time.Unix(0, 0)}
	if n.mode == TypeDir {
		n.attr.Mode = madeDir
	}
	host, err := "", error(nil)
	if n.entry != nil {
		if host = n.entry.Host; n.entry.Like != "" {
			host = n.entry.Like
			fi, err = lookLike(host, n.mode)
		}
	}
	if err == nil && fi != nil {
		err = n.attr.of(fi, host, opts.UserXattrs != nil && opts.UserXattrs(path))
	}
	if err != nil {
		return &EntryError{Path: path, Host: host, Msg: "cannot look at the host file; check its path", Err: reason(err)}
	}
	if opts.Adjust != nil {
		opts.Adjust(path, &n.attr)
	}
	n.attr.Mode &= permMask
	if n.mode == TypeLink {
		n.attr.Mode = linkMode
	}
	return nil
}

func lookLike(host string, t Type) (fs.FileInfo, error) {
	if t == TypeLink {
		return os.Lstat(host)
	}
	return os.Stat(host)
}

// HostAttr returns the attributes of a host file as a version 2 image gets them, before [Options].Adjust.
func HostAttr(host string) (a Attr, err error) {
	fi, err := os.Stat(host)
	if err == nil {
		err = a.of(fi, host, false)
	}
	return a, err
}

// of reads the attributes of a host file that fi describes, user.* if they are to be kept.
func (a *Attr) of(fi fs.FileInfo, host string, user bool) error {
	a.MTime = fi.ModTime()
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	a.Mode, a.UID, a.GID = st.Mode&permMask, st.Uid, st.Gid
	var err error
	if a.Xattrs, err = hostXattrs(host, fi); err == nil && user && fi.Mode()&fs.ModeSymlink == 0 {
		var more []Xattr
		more, err = userXattrs(host)
		a.Xattrs = append(a.Xattrs, more...) // security. comes before user.
	}
	return err
}

// fileMode is a mode as io/fs has it.
func fileMode(t Type, perm uint32) fs.FileMode {
	m := fs.FileMode(perm & 0o777)
	for _, b := range [...]struct {
		bit  uint32
		mode fs.FileMode
	}{{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky}} {
		if perm&b.bit != 0 {
			m |= b.mode
		}
	}
	switch t {
	case TypeDir:
		m |= fs.ModeDir
	case TypeLink:
		m |= fs.ModeSymlink
	}
	return m
}
