// What lies below the folders that are named, by name and kind, as root and as another user, who opens one file of each first.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "-u" {
		os.Args = os.Args[1:]
		if err := syscall.Setuid(1000); err != nil {
			fmt.Println(err)
		}
	}
	for _, name := range []string{"/proc/nothing", "/proc/self/statm", "/sys/devices/system/cpu/online"} {
		b, err := os.ReadFile(name)
		fmt.Println(name, len(b) > 0, err)
	}
	for _, root := range os.Args[1:] {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				fmt.Println(err)
				return nil
			}
			info, err := d.Info()
			if err != nil {
				fmt.Println(err)
				return nil
			}
			to, _ := os.Readlink(name)
			if d.Name() == "thread-self" { // whichever thread this goroutine is on
				to = ""
			}
			fmt.Println(name, info.Mode(), to)
			switch d.Name() {
			case "fd", "fdinfo", "task": // what is in there comes and goes
				return fs.SkipDir
			}
			return nil
		})
		fmt.Println(root, err)
	}
}
