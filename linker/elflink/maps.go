package elflink

import (
	"bytes"
	"fmt"
	"runtime/debug"
)

// openFiles gives the link the bytes of the index.
func (l *linker) openFiles() error {
	x := l.in.Index
	l.archives = make([][]byte, len(x.archives))
	if x.whole != nil {
		l.index = x.whole
		return nil
	}
	data, err := l.mapped(x.file, x.size)
	if err == nil && (len(data) < headerSize || !bytes.Equal(data[:headerSize], x.header)) {
		err = &IndexError{x.file, "was made anew while it was read"}
	}
	l.index = data
	return err
}

// contents are the bytes of an archive.
func (l *linker) contents(archive int) ([]byte, error) {
	a := &l.in.Index.archives[archive]
	if a.data != nil {
		return a.data, nil
	}
	var err error
	if l.archives[archive] == nil {
		l.archives[archive], err = l.mapped(a.path, a.size)
	}
	return l.archives[archive], err
}

// mapped maps a file that must have this size until the link ends.
func (l *linker) mapped(file string, size int64) ([]byte, error) {
	data, unmap, err := mapFile(file)
	if err != nil {
		return nil, err
	}
	l.unmap = append(l.unmap, unmap)
	if int64(len(data)) != size {
		return nil, &IndexError{file, fmt.Sprintf("has %d bytes, not %d as its index says", len(data), size)}
	}
	return data, nil
}

func (l *linker) closeFiles() {
	for _, f := range l.unmap {
		f()
	}
}

// guarded calls f. What is cut off from a mapped file while it is read is an error and no fault.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }: // of runtime.Error: a fault of memory
			err = fmt.Errorf("link: the kit's files were cut while they were read: rebuild the kit with `make kit`")
		default:
			panic(r)
		}
	}()
	return f()
}
