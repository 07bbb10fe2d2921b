//go:build !linux

package elflink

import "os"

// mapFile returns the content of a file, and what gives it back.
func mapFile(file string) (data []byte, unmap func(), err error) {
	data, err = os.ReadFile(file)
	return data, func() {}, err
}
