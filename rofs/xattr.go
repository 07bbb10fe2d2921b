package rofs

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// capabilities is the one extended attribute that an image takes from the host unasked:
// what a program may do because its file says so (capabilities(7)). The others
// are of the host's own security, or notes such as where a file was downloaded
// from, which would make images of the same files differ; the notes, user.*, are taken where [Options].UserXattrs says so.
const capabilities = "security.capability"

// hostXattrs reads the extended attributes of a host file that the image keeps.
func hostXattrs(host string, fi fs.FileInfo) ([]Xattr, error) {
	if !fi.Mode().IsRegular() || fi.Mode()&0o111 == 0 {
		return nil, nil
	}
	var value [64]byte // vfs_ns_cap_data has 24
	n, err := unix.Getxattr(host, capabilities, value[:])
	switch {
	case errors.Is(err, unix.ENODATA) || errors.Is(err, syscall.ENOTSUP):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []Xattr{{capabilities, value[:n:n]}}, nil
}

// userXattrs reads the attributes of a host file or folder that are anybody's, in order of name. One that
// goes away meanwhile was not there.
func userXattrs(host string) ([]Xattr, error) {
	list := make([]byte, maxXattrs)
	n, err := unix.Listxattr(host, list)
	if errors.Is(err, syscall.ENOTSUP) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Xattr
	for _, name := range strings.Split(string(list[:n]), "\x00") {
		if !strings.HasPrefix(name, "user.") {
			continue
		}
		value := make([]byte, maxXattrValue)
		n, err := unix.Getxattr(host, name, value)
		switch {
		case errors.Is(err, unix.ENODATA):
		case err != nil:
			return nil, err
		default:
			out = append(out, Xattr{name, slices.Clone(value[:n])})
		}
	}
	slices.SortFunc(out, func(a, b Xattr) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
