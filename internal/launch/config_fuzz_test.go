package launch

import (
	"os"
	"path/filepath"
	"testing"

	"uk.example/internal/image"
)

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"format":1,"command":["/x"],"kernel_sha256":"","root_size":3}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, info []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{image.InfoFile: info, image.KernelFile: []byte("k"), image.RootFile: []byte("abc")} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
				t.Skip(err)
			}
		}
		if im, err := image.Open(dir); err == nil {
			Config(im, Options{})
		}
	})
}
