package rofs

import (
	"errors"
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"
)

// capabilities is the one extended attribute that an image takes from the host:
// what a program may do because its file says so (capabilities(7)). The others
// are of the host's own security, or notes such as where a file was downloaded
// from, which would make images of the same files differ.
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
