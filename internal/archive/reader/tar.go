package reader

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"uk.example/internal/archive"
)

// xattrPrefix begins the PAX records of extended attributes, as star and GNU tar write them.
const xattrPrefix = "SCHILY.xattr."

// maxXattrs is how many bytes of extended attributes a file may have (XATTR_LIST_MAX).
const maxXattrs = 1 << 16

// tar reads a tar archive: v7, ustar, GNU or PAX.
func (r *reading) tar(in io.Reader) error {
	t := tar.NewReader(in)
	for {
		h, err := t.Next()
		if err == io.EOF {
			r.entry = ""
			return nil
		}
		if errors.Is(err, tar.ErrHeader) {
			if r.entry == "" {
				return errors.New("is neither a tar nor a cpio archive")
			}
			return fmt.Errorf("what follows is no entry of a tar archive: %w", err)
		}
		if err != nil {
			return err
		}
		r.entry = h.Name
		if err := r.tarEntry(h, t); err != nil {
			return err
		}
	}
}

func (r *reading) tarEntry(h *tar.Header, contents io.Reader) error {
	e := archive.Entry{Attr: archive.Attr{Mode: uint32(h.Mode) & 0o7777, Sec: h.ModTime.Unix(), Nsec: int64(h.ModTime.Nanosecond())}}
	if h.Uid < 0 || h.Gid < 0 || int64(h.Uid) > math.MaxUint32-1 || int64(h.Gid) > math.MaxUint32-1 {
		return fmt.Errorf("owner %d:%d is none that Linux has", h.Uid, h.Gid)
	}
	e.UID, e.GID = uint32(h.Uid), uint32(h.Gid)
	var err error
	if e.Xattrs, err = xattrs(h.PAXRecords); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		if strings.HasSuffix(h.Name, "/") { // v7 has no other folders
			e.Kind = archive.Dir
			break
		}
		e.Kind = archive.File
	case tar.TypeDir:
		e.Kind = archive.Dir
	case tar.TypeSymlink:
		e.Kind, e.Target, e.Mode, e.Xattrs = archive.Link, []byte(h.Linkname), 0o777, nil
	case tar.TypeLink:
		return r.hardLink(h.Name, h.Linkname)
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		if !inDev(h.Name) {
			r.leaveOut(0)
		}
		return nil
	case tar.TypeXGlobalHeader: // of git archive: a comment
		return nil
	default:
		return fmt.Errorf("an entry of a kind that is not known (%q)", h.Typeflag)
	}
	return r.put(h.Name, e, contents, h.Size)
}

// xattrs are those extended attributes that an image keeps: what a program may do, and anybody's own.
func xattrs(records map[string]string) (list []archive.Xattr, err error) {
	size := 0
	for key, value := range records {
		name, is := strings.CutPrefix(key, xattrPrefix)
		if !is || name != "security.capability" && !strings.HasPrefix(name, "user.") {
			continue
		}
		if size += len(name) + 1 + len(value); size > maxXattrs || len(name) > maxName {
			return nil, errors.New("extended attributes that are larger than Linux allows")
		}
		list = append(list, archive.Xattr{Name: name, Value: []byte(value)})
	}
	slices.SortFunc(list, func(a, b archive.Xattr) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}
