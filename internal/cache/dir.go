package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"uk.example/internal/outfile"
	"uk.example/internal/ownfolder"
)

// Dir returns a folder called name where kernels or the images of `uk run PROGRAM` are kept. It
// is this user's alone, for who can write there chooses what kernel is booted: in the user's cache
// folder ($XDG_CACHE_HOME or ~/.cache), or where that cannot be used, as in a container or a service,
// in a folder for temporary files. Where others have taken all these names, nothing is kept: it is in a
// folder of this process alone, which [Drop] removes.
func Dir(name string) (string, error) {
	dir, err := Kept(name)
	if err == nil {
		return dir, nil
	}
	return forNow.folder(name, err)
}

// Kept is Dir for what is kept, or an error.
func Kept(name string) (string, error) {
	var failed []string
	places := []func() (string, error){userCache}
	for _, dir := range temporary() {
		places = append(places, func() (string, error) { return tempCache(dir) })
	}
	for _, find := range places {
		dir, err := find()
		if err == nil {
			dir = filepath.Join(dir, name)
			if err = os.Mkdir(dir, 0o700); err == nil || errors.Is(err, fs.ErrExist) {
				return dir, nil
			}
		}
		failed = append(failed, err.Error())
	}
	return "", fmt.Errorf("no folder to keep kernels in: %s: name one with $XDG_CACHE_HOME", strings.Join(failed, "; "))
}

// userCache is the folder of uk in the user's cache folder.
func userCache() (string, error) {
	parent, err := os.UserCacheDir()
	if err != nil || os.Getenv("XDG_CACHE_HOME") == "" && !ownfolder.OwnHome(os.Getenv("HOME")) { // no $HOME, or one that sudo left
		u, err := user.Current()
		if err != nil {
			return "", err
		}
		parent = filepath.Join(u.HomeDir, ".cache")
	}
	if os.Getenv("XDG_CACHE_HOME") != "" {
		err = os.MkdirAll(parent, 0o700)
	} else if err = os.Mkdir(parent, 0o700); errors.Is(err, fs.ErrExist) { // but no home that is not there
		err = nil
	}
	if err != nil {
		return "", err
	}
	dir := filepath.Join(parent, "uk")
	return dir, private(dir, os.Stat)
}

// temporary are folders for temporary files, which a read-only system may have some of.
func temporary() []string {
	list := []string{os.TempDir()}
	for _, dir := range append(otherTemporary, os.Getenv("XDG_RUNTIME_DIR")) {
		if filepath.IsAbs(dir) && !slices.Contains(list, dir) {
			list = append(list, dir)
		}
	}
	return list
}

// otherTemporary are those besides $TMPDIR; tests have none.
var otherTemporary = []string{"/tmp", "/var/tmp", "/dev/shm"}

// tempCache is the folder of uk in a folder for temporary files, where others may have made one.
func tempCache(parent string) (string, error) {
	if st, err := os.Stat(parent); err == nil && !ownfolder.Keeps(st) {
		return "", fmt.Errorf("%s: other users could replace a folder there", parent)
	}
	dir := filepath.Join(parent, "uk-"+strconv.Itoa(os.Geteuid()))
	return dir, private(dir, os.Lstat)
}

// kept are the folders of the cache.
var kept = []string{Kernels, Runs, Facts, Kits}

// private makes the folder dir if it is not there, and returns an error unless this user alone can
// write there. What is in one where others could goes: they may have put it there, or a link in its place.
func private(dir string, stat func(string) (fs.FileInfo, error)) error {
	return ownfolder.Make(dir, stat, func(mode fs.FileMode) error {
		if mode&ownfolder.OthersWrite == 0 {
			return nil
		}
		// A right to write without one to search lets nobody in, and tells the next process if this one does not get to the end.
		if err := os.Chmod(dir, 0o720); err != nil {
			return err
		}
		for _, name := range kept { // and nothing else: a link may have led to a folder with files of this user's
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
		return os.Chmod(dir, 0o700)
	})
}

// forNowPrefix begins the name of a folder that stands in for the cache.
const forNowPrefix = "uk-unkept-"

// forNow is the folder that stands in for the cache in this process.
var forNow unkept

type unkept struct {
	sync.Mutex
	dir  *outfile.Dir // nil: there is none
	told bool         // that nothing is kept
}

// folder makes a folder in this one, which is made first if it must be; why is the reason for it.
func (u *unkept) folder(name string, why error) (string, error) {
	u.Lock()
	defer u.Unlock()
	if u.dir == nil {
		parents := temporary()
		if here, err := os.Getwd(); err == nil {
			parents = append(parents, here) // a root folder may have nothing else
		}
		for _, parent := range parents {
			if st, err := os.Stat(parent); err != nil || !ownfolder.Keeps(st) {
				continue
			}
			if dir, err := outfile.MakeDir(parent, forNowPrefix, 0o700); err == nil {
				u.dir, u.told = dir, false
				break
			}
		}
	}
	if u.dir == nil {
		return "", why
	}
	dir := filepath.Join(u.dir.Name, name)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, nil
}

// tell says once that kernels are not kept, and why.
func (u *unkept) tell(say func(string)) {
	u.Lock()
	defer u.Unlock()
	if u.dir == nil || u.told {
		return
	}
	u.told = true
	_, err := Kept(Kernels)
	if err == nil {
		return
	}
	say(fmt.Sprintf("without a cache, kernels are linked anew each time: %v", err))
}

// Tell says once, by say, if kernels are not kept, and why.
func Tell(say func(string)) { forNow.tell(say) }

// Drop removes what stands in for the cache where no folder can be kept: after it is used, and before this
// process gives up files. A process that is killed leaves it for the next one to remove.
func Drop() {
	forNow.Lock()
	defer forNow.Unlock()
	if forNow.dir != nil {
		_ = forNow.dir.Remove()
		forNow.dir = nil
	}
}
