package launch

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"uk.example/internal/drivers"
	"uk.example/internal/image"
)

// dropsInput reports whether the guest has no driver to read its input with.
func dropsInput(im *image.Bundle) bool {
	return !im.Serves(drivers.Console) && !im.Serves(drivers.Serial)
}

// holdsInput reports whether r is a file or a pipe in which something waits to
// be read. A terminal does not count: nobody may want to type.
func holdsInput(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok || f == nil {
		return false
	}
	st, err := f.Stat()
	if err != nil {
		return false
	}
	if st.Mode().IsRegular() {
		return st.Size() > 0
	}
	if st.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return false
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	waits := false
	_ = raw.Control(func(fd uintptr) {
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(p, 0)
		waits = err == nil && n == 1 && p[0].Revents&unix.POLLIN != 0
	})
	return waits
}
