package virtio

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/internal/bounded"

	"uk.example/internal/words"
)

// Drive is a file, or a block device, that the guest has as a disk besides its
// root: /dev/vdb and on, or from /dev/vda on where the root is no disk. Nobody else
// that takes locks, as this package and QEMU do, can use a file that a guest writes.
type Drive struct {
	Path     string
	ReadOnly bool
}

// MaxDrives is the largest number of Config.Drives.
const MaxDrives = 8

// ErrInUse is what a drive's error wraps when another machine uses its file.
var ErrInUse = errors.New("in use by another drive or virtual machine")

// OpenDrive opens and locks a drive's file.
func OpenDrive(d Drive) (*os.File, int64, error) {
	mode := os.O_RDWR
	if d.ReadOnly {
		mode = os.O_RDONLY
	}
	f, err := os.OpenFile(d.Path, mode|unix.O_NONBLOCK, 0) // so that a FIFO does not wait
	if err != nil {
		if errors.Is(err, unix.EISDIR) {
			return nil, 0, fmt.Errorf("drive %s: is a folder: name a file", d.Path)
		}
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, 0, fmt.Errorf("drive %s: %w", d.Path, err)
	}
	size, err := checkDrive(f, d)
	if err == nil {
		err = lockDrive(f, d.ReadOnly)
	}
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("drive %s: %w", d.Path, err)
	}
	return f, size, nil
}

// checkDrive returns the size of f, in bytes.
func checkDrive(f *os.File, d Drive) (int64, error) {
	fi, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if isDisk := fi.Mode()&(os.ModeDevice|os.ModeCharDevice) == os.ModeDevice; !fi.Mode().IsRegular() && !isDisk {
		return 0, errors.New("is neither a file nor a block device")
	}
	if magic := make([]byte, 4); isQcow2(f, magic) {
		return 0, fmt.Errorf("is a qcow2 file, and a drive is a disk's bytes: `qemu-img convert -O raw %s disk.raw` makes them of it", words.Quote(d.Path))
	}
	size, err := f.Seek(0, io.SeekEnd)
	switch {
	case err != nil:
		return 0, err
	case size == 0:
		return 0, fmt.Errorf("is empty: give it a size, as with `truncate -s 64M %s`", words.Quote(d.Path))
	case size%sectorSize != 0 && !d.ReadOnly:
		return 0, fmt.Errorf("its size of %d bytes is no multiple of %d: round it up, as with `truncate -s %%%d %s`", size, sectorSize, sectorSize, words.Quote(d.Path))
	}
	return size, nil
}

// isQcow2 reads the magic number of QEMU's format.
func isQcow2(f *os.File, magic []byte) bool {
	_, err := f.ReadAt(magic, 0)
	return err == nil && string(magic) == "QFI\xfb"
}

// QEMU's locks on images (its file-posix.c): a byte each for what a user does, and
// for what it does not want others to do.
const (
	lockReads    = 100
	lockWrites   = 101
	lockNoWrites = 201
)

// lockDrive keeps others from f by locks of the open file: who writes has every
// byte for itself; who reads tells that others must not write.
func lockDrive(f *os.File, readOnly bool) error {
	lock := func(cmd int, kind int16, start, size int64) (unix.Flock_t, error) {
		l := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: start, Len: size}
		err := unix.FcntlFlock(f.Fd(), cmd, &l)
		if err == unix.EAGAIN || err == unix.EACCES {
			err = ErrInUse
		}
		return l, err
	}
	if !readOnly {
		_, err := lock(unix.F_OFD_SETLK, unix.F_WRLCK, 0, 0)
		return err
	}
	for _, at := range []int64{lockReads, lockNoWrites} {
		if _, err := lock(unix.F_OFD_SETLK, unix.F_RDLCK, at, 1); err != nil {
			return err
		}
	}
	l, err := lock(unix.F_OFD_GETLK, unix.F_WRLCK, lockWrites, 1)
	if err == nil && l.Type != unix.F_UNLCK {
		err = ErrInUse
	}
	return err
}

// DriveName is how the guest can tell drive i from others.
func DriveName(i int) string { return fmt.Sprintf("uk-drive%d", i) }

// OpenRoot opens the root image, which any number of machines may share.
func OpenRoot(path string, queues int) (*BlockDevice, error) {
	f, size, err := OpenRootFile(path)
	if err != nil {
		return nil, err
	}
	return NewBlock(f, size, true, "uk-root", queues), nil
}

// OpenRootFile opens the image of a root file system, which nobody may write meanwhile.
func OpenRootFile(path string) (*os.File, int64, error) {
	f, fi, err := bounded.Open(path)
	if err != nil {
		return nil, 0, err
	}
	if fi.Size() == 0 {
		err = fmt.Errorf("%s: the root image is empty", path)
	}
	if err == nil && errors.Is(lockDrive(f, true), ErrInUse) { // other errors only make it less safe
		err = fmt.Errorf("%s: %w, which writes it", path, ErrInUse)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, fi.Size(), nil
}
