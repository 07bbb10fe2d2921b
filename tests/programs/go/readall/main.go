// Readall reads every file of /proc and /sys, up to a size.
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	read := 0
	for _, folder := range []string{"/proc", "/sys"} {
		filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return nil
			}
			if f, err := os.Open(path); err == nil {
				io.Copy(io.Discard, io.LimitReader(f, 1<<20))
				f.Close()
				read++
			}
			return nil
		})
	}
	if read > 100 {
		fmt.Println("all read")
	}
}
