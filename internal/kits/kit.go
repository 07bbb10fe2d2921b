package kits

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"uk.example/internal/cache"
	"uk.example/internal/embeddedkit"
	"uk.example/internal/ownfolder"
	"uk.example/linker"
)

// Variable is the environment variable that names the kit's folder.
const Variable = "UK_KIT"

// maxKits is how many kits of releases the cache keeps; the least recently used go.
const maxKits = 4

// Find returns the folder of the kit: dir if it is not empty, else what
// $UK_KIT names, else the one that this program carries, which is unpacked into
// the cache once, else kit/x64 or build/kit/x64 near the executable. It does not
// look in the working folder: a kit decides what is booted, and who can write
// above a working folder is not who runs the command.
func Find(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	if dir = os.Getenv(Variable); dir != "" {
		return dir, nil
	}
	if embeddedkit.Included() {
		return ownKit()
	}
	var tried []string
	try := func(dir string) bool {
		tried = append(tried, dir)
		_, err := os.Stat(filepath.Join(dir, "kit.json"))
		return err == nil
	}
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("no kit found beside this command, as its place is not known: %w: mount /proc, or name the kit's folder with --kit or $%s", err, Variable)
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		exe = real
	}
	at := filepath.Dir(exe)
	for _, rel := range []string{"kit/x64", "../build/kit/x64", "../lib/uk/kit/x64"} {
		if d := filepath.Join(at, rel); try(d) {
			return d, nil
		}
	}
	return "", fmt.Errorf("no kit found (looked in %s): build one with `make kit`, or name its folder with --kit or $%s", strings.Join(tried, ", "), Variable)
}

// ownKit is the kit that this program carries.
func ownKit() (string, error) {
	kits, err := cache.Dir(cache.Kits)
	if err != nil {
		return "", err
	}
	dir, fresh, err := embeddedkit.Folder(kits)
	if fresh {
		ownfolder.Trim(kits, maxKits)
	}
	return dir, cache.Full(err)
}

// Open opens the kit in dir, or the one that [Find] finds.
func Open(dir string) (*linker.Kit, error) {
	dir, err := Find(dir)
	if err != nil {
		return nil, err
	}
	return linker.OpenKit(dir)
}
