package launch

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"uk.example/internal/backtrace"
	"uk.example/internal/bounded"
	"uk.example/internal/image"
	"uk.example/internal/kits"
	"uk.example/linker"
	"uk.example/rofs"
)

// heldFiles are read only if the guest says something that they explain. They are opened before
// it runs: a confined process can open nothing, and a temporary image is gone by then. One that
// is not there explains nothing.
type heldFiles struct{ symbols, root, kit, kernel *os.File }

// hold opens them.
func hold(im *image.Bundle) *heldFiles {
	h := &heldFiles{}
	h.symbols, _ = openRegular(im.SymbolFile())
	h.root, _ = openRegular(im.Root())
	h.kernel, _ = openRegular(im.Kernel())
	if dir, err := kits.Find(""); err == nil {
		h.kit, _ = openRegular(filepath.Join(dir, linker.KitFile))
	}
	return h
}

func openRegular(name string) (*os.File, error) {
	f, _, err := bounded.Open(name)
	return f, err
}

func (h *heldFiles) close() {
	for _, f := range []*os.File{h.symbols, h.root, h.kit, h.kernel} {
		f.Close() // a nil file says so, which is no news
	}
}

// symbolSource gives the symbol tables of the image: the kernel's beside it, the program's own
// in its root file system.
func (h *heldFiles) symbolSource() backtrace.Source {
	return backtrace.Source{
		Kernel: func() ([]byte, error) {
			if h.symbols == nil {
				return nil, fs.ErrNotExist
			}
			return bounded.Read(h.symbols, image.MaxKernel)
		},
		File: h.openRoot,
	}
}

// openRoot opens a file of the root file system.
func (h *heldFiles) openRoot(path string) (io.ReaderAt, error) {
	if h.root == nil {
		return nil, fs.ErrNotExist
	}
	st, err := h.root.Stat()
	if err != nil {
		return nil, err
	}
	root, err := rofs.NewFS(h.root, st.Size())
	if err != nil {
		return nil, err
	}
	f, err := root.Open(strings.TrimPrefix(path, "/"))
	if err != nil {
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		return nil, errors.Join(fs.ErrInvalid, f.Close())
	}
	return r, nil
}

// offeredCalls are the system calls that the kit has, nil if there is none.
func (h *heldFiles) offeredCalls() map[string]int {
	if h.kit == nil {
		return nil
	}
	var kit linker.KitInfo
	data, err := bounded.Read(h.kit, linker.MaxKitFile)
	if err != nil || json.Unmarshal(data, &kit) != nil {
		return nil
	}
	return kit.Syscalls
}
