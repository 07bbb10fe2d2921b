// Package ownfolder makes folders that are one user's alone, for what others must not choose or see.
package ownfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Make makes the folder dir if it is not there, with mode 0700. It returns an error if it is no folder, another user's,
// or cannot be written to. stat is [os.Lstat], or [os.Stat] where a link of this user's is welcome; modes says what
// becomes of a folder that was there with other rights.
func Make(dir string, stat func(string) (fs.FileInfo, error), modes func(fs.FileMode) error) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	st, err := stat(dir)
	switch {
	case err != nil:
		return err
	case !st.IsDir():
		return fmt.Errorf("%s: is no folder", dir)
	case Owner(st) != os.Geteuid():
		return fmt.Errorf("%s: belongs to another user", dir)
	}
	if err := modes(st.Mode().Perm()); err != nil {
		return err
	}
	return Usable(dir)
}

// Usable returns an error if this user cannot make files in the folder dir.
func Usable(dir string) error {
	const writeAndSearch = 2 | 1 // W_OK, X_OK of access(2)
	if err := syscall.Access(dir, writeAndSearch); err != nil {
		return &fs.PathError{Op: "write", Path: dir, Err: err}
	}
	return nil
}

// OthersWrite are the modes with which other users can write.
const OthersWrite fs.FileMode = 0o022

// Keeps reports whether a folder keeps what this user makes in it: others cannot put something else in its place. Root's
// folders do, and those of whoever has the root folder, who could put anything in any place: in a user namespace that
// is how root's look.
func Keeps(st fs.FileInfo) bool {
	root, err := os.Stat("/")
	return err == nil && keeps(st.Mode(), Owner(st), os.Geteuid(), Owner(root))
}

func keeps(mode fs.FileMode, owner, user, system int) bool {
	return (mode.Perm()&OthersWrite == 0 || mode&fs.ModeSticky != 0) && (owner == 0 || owner == user || owner == system)
}

// OwnHome reports whether a home folder, if it is there, is this user's or the system's. sudo leaves another's in $HOME:
// files of ours would be in the way there, and who has it could put something else in their place.
func OwnHome(dir string) bool {
	st, err := os.Stat(dir)
	return err != nil || Owner(st) == os.Geteuid() || Owner(st) == 0
}

// Owner is the user id of who owns a file.
func Owner(st fs.FileInfo) int { return int(st.Sys().(*syscall.Stat_t).Uid) }
