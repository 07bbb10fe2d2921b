// Files, directories, pipes, standard input, environment, arguments.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func main() {
	fmt.Println(os.Args[1:], os.Getenv("GREETING"))
	if v, ok := os.LookupEnv("EMPTY"); ok {
		fmt.Printf("empty %q\n", v)
	}
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() {
		fmt.Println("in:", s.Text())
	}
	dir, err := os.MkdirTemp("", "files")
	check(err)
	check(os.MkdirAll(filepath.Join(dir, "a/b/c"), 0o755))
	check(os.WriteFile(filepath.Join(dir, "a/one"), []byte("one"), 0o644))
	check(os.Symlink("one", filepath.Join(dir, "a/link")))
	check(os.Rename(filepath.Join(dir, "a/one"), filepath.Join(dir, "a/b/two")))
	f, err := os.OpenFile(filepath.Join(dir, "a/b/two"), os.O_APPEND|os.O_RDWR, 0)
	check(err)
	fmt.Fprint(f, " and more")
	_, err = f.Seek(1, io.SeekStart)
	check(err)
	b, err := io.ReadAll(f)
	check(err)
	fmt.Printf("%q\n", b)
	check(f.Truncate(2))
	fi, err := f.Stat()
	check(err)
	fmt.Println(fi.Size(), fi.Mode(), fi.IsDir())
	check(f.Close())
	check(filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, p)
		fmt.Println(rel, d.Type(), err)
		return nil
	}))
	_, err = os.Open(filepath.Join(dir, "none"))
	var pe *fs.PathError
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.As(err, &pe) && pe.Op == "open")
	_, err = os.ReadDir("/dev/null")
	fmt.Println(err != nil)

	r, w, err := os.Pipe()
	check(err)
	go func() {
		for range 1000 {
			fmt.Fprintln(w, strings.Repeat("pipe ", 20))
		}
		w.Close()
	}()
	n, err := io.Copy(io.Discard, r)
	fmt.Println("piped", n, err)
	check(os.RemoveAll(dir))
	exe, err := os.Executable()
	fmt.Println(exe != "", err)
	wd, err := os.Getwd()
	fmt.Println(wd != "", err)
	host, err := os.Hostname()
	fmt.Println(host != "", err)
	fmt.Fprintln(os.Stderr, "to the error stream")
}
