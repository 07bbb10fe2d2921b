package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"uk.example"
	"uk.example/kvmboot"
	"uk.example/rofs"
)

// The tree of the packing figure: as many files and bytes as the design names.
const (
	treeFiles = 2006
	treeBytes = 71 << 20
)

// tree makes files of very different sizes.
func (b *bench) tree() (string, []rofs.Entry, int64, error) {
	dir := filepath.Join(b.dir, "tree")
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, 4<<20)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	var entries []rofs.Entry
	var total int64
	for i := range treeFiles {
		name := filepath.Join(dir, fmt.Sprint("d", i%37), fmt.Sprint("f", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return "", nil, 0, err
		}
		n := int(r.ExpFloat64() * treeBytes / treeFiles)
		n = min(n, len(data))
		off := r.IntN(len(data) - n + 1)
		if err := os.WriteFile(name, data[off:off+n], 0o666); err != nil {
			return "", nil, 0, err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return "", nil, 0, err
		}
		entries = append(entries, rofs.Entry{Path: "/" + rel, Host: name})
		total += int64(n)
	}
	return dir, entries, total, nil
}

func (b *bench) packing() ([]figure, error) {
	dir, entries, total, err := b.tree()
	if err != nil {
		return nil, err
	}
	out := filepath.Join(b.dir, "tree.rofs")
	gbs := func(f func() error) (float64, error) {
		var all []time.Duration
		for i := range 6 {
			start := time.Now()
			if err := f(); err != nil {
				return 0, err
			}
			if i > 0 {
				all = append(all, time.Since(start))
			}
		}
		return float64(total) / middle(all).Seconds() / 1e9, nil
	}
	pack, err := gbs(func() error {
		_, err := rofs.WriteFile(context.Background(), out, entries, rofs.Options{})
		return err
	})
	if err != nil {
		return nil, err
	}
	first, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	digest, err := gbs(func() error {
		_, err := rofs.WriteFile(context.Background(), out, entries, rofs.Options{Digest: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	second, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	// What the machine takes to copy the same files one after the other into one.
	copied, err := gbs(func() error { return concatenate(filepath.Join(b.dir, "copy"), dir) })
	if err != nil {
		return nil, err
	}
	same := "the same bytes each time"
	if !bytes.Equal(first, second) {
		same = "DIFFERENT bytes each time"
	}
	return []figure{
		{name: fmt.Sprintf("pack %d MB in %d files from page cache", total>>20, len(entries)), value: pack, limit: 1, unit: "GB/s",
			note: fmt.Sprintf("%.2f times a plain copy; %s", pack/copied, same)},
		{name: "the same with a SHA-256 of the image", value: digest, unit: "GB/s"},
	}, nil
}

func concatenate(to, dir string) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		in, err := os.Open(name)
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = io.Copy(out, in)
		return err
	})
}

// growth runs hello with a large file beside it: boot must not look at it.
func (b *bench) growth() ([]figure, error) {
	if err := kvmboot.Detect(); err != nil {
		return nil, err
	}
	src := filepath.Join(b.dir, "native-example")
	if err := os.WriteFile(filepath.Join(src, "big"), make([]byte, 64<<20), 0o666); err != nil {
		return nil, err
	}
	text := "[manifest]\n/hello: hello\n/big: big\n[app]\ncommand = /hello\nmemory = 16M\n"
	if err := os.WriteFile(filepath.Join(src, "big.manifest"), []byte(text), 0o666); err != nil {
		return nil, err
	}
	big := filepath.Join(b.dir, "big.uk")
	if _, _, err := b.command(0, "build", "-q", "-o", big, filepath.Join(src, "big.manifest")); err != nil {
		return nil, err
	}
	exits := func(dir string) (float64, error) {
		img, err := uk.Open(dir)
		if err != nil {
			return 0, err
		}
		st, err := img.Run(context.Background(), uk.RunOptions{})
		return float64(st.Exits), err
	}
	small, err := exits(b.hello)
	if err != nil {
		return nil, err
	}
	large, err := exits(big)
	if err != nil {
		return nil, err
	}
	return []figure{
		{name: "exits to the runner, hello", value: small},
		{name: "exits to the runner, hello beside a 64 MB file", value: large, limit: small + 10, atMost: true},
	}, nil
}
