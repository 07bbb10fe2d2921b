package uk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// cacheDir returns a folder called name where kernels or the images of `uk run PROGRAM` are kept. It
// is this user's alone, for who can write there chooses what kernel is booted: in the user's cache
// folder ($XDG_CACHE_HOME or ~/.cache), or where that cannot be used, as in a container or a service,
// in the folder for temporary files.
func cacheDir(name string) (string, error) {
	var failed []string
	for _, find := range []func() (string, error){userCache, tempCache} {
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
	if err != nil { // no $HOME
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

// tempCache is the folder of uk in the folder for temporary files, where others may have made one.
func tempCache() (string, error) {
	dir := filepath.Join(os.TempDir(), "uk-"+strconv.Itoa(os.Geteuid()))
	return dir, private(dir, os.Lstat)
}

// private makes the folder dir if it is not there, and returns an error unless this user alone can
// write there. What is in one where others could goes: they may have put it there.
func private(dir string, stat func(string) (fs.FileInfo, error)) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	st, err := stat(dir)
	switch {
	case err != nil:
		return err
	case !st.IsDir():
		return fmt.Errorf("%s: is no folder", dir)
	case owner(st) != os.Geteuid():
		return fmt.Errorf("%s: belongs to another user", dir)
	case st.Mode().Perm()&0o022 != 0:
		if err := os.Chmod(dir, 0o700); err != nil {
			return err
		}
		if err := os.RemoveAll(filepath.Join(dir, kernelsDir)); err != nil {
			return err
		}
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write", Path: dir, Err: err}
	}
	return nil
}

func owner(st fs.FileInfo) int { return int(st.Sys().(*syscall.Stat_t).Uid) }
