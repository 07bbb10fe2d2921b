package elflink

import (
	"os"
	"syscall"
)

// mapFile returns the content of a file, and what gives it back.
func mapFile(file string) (data []byte, unmap func(), err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return nil, func() {}, err
	}
	if data, err = syscall.Mmap(int(f.Fd()), 0, int(min(st.Size(), maxIndex)), syscall.PROT_READ, syscall.MAP_PRIVATE); err != nil {
		return nil, nil, err
	}
	return data, func() { _ = syscall.Munmap(data) }, nil
}
