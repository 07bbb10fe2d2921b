package osv

import (
	"errors"
	"io/fs"
	"path/filepath"

	"uk.example/internal/bounded"
)

// maxFile is how much of a cmdline or a module.py is read.
const maxFile = 1 << 20

// Beside returns the command line that goes with the manifest in the folder
// dir, and the file that it is from: cmdline, which OSv's build writes, or a
// module.py. Without either, file is "". The line may be empty: OSv writes such a cmdline
// when nothing is to be run.
func Beside(dir string) (line, file string, err error) {
	for _, from := range []struct {
		name string
		read func(name string, src []byte) (string, error)
	}{
		{"cmdline", func(_ string, src []byte) (string, error) { return string(src), nil }},
		{"module.py", moduleCommand},
	} {
		name := filepath.Join(dir, from.name)
		src, err := bounded.ReadRegular(name, maxFile)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", name, err
		}
		line, err := from.read(name, src)
		return line, name, err
	}
	return "", "", nil
}
