package image

import (
	"bytes"
	"io/fs"
	"strconv"
	"strings"

	"uk.example/rofs"
)

const (
	PasswdFile = "/etc/passwd"
	MaxPasswd  = 1 << 20 // bytes
)

// Account is what /etc/passwd of an image says of its user.
type Account struct {
	Name string `json:"name"`
	Home string `json:"home"`
}

// FindAccount looks for a user, UID or UID:GID, in the text of a passwd(5). One without a line
// has a number for a name and / for a home.
func FindAccount(text []byte, user string) Account {
	uid, _, _ := strings.Cut(user, ":")
	if uid == "" {
		uid = "0"
	}
	if n, err := strconv.ParseUint(uid, 10, 32); err == nil {
		uid = strconv.FormatUint(n, 10) // without leading zeroes
	}
	for line := range bytes.Lines(text) {
		if f := strings.Split(strings.TrimSuffix(string(line), "\n"), ":"); len(f) >= 6 && f[2] == uid {
			return Account{Name: f[0], Home: f[5]}
		}
	}
	return Account{Name: uid, Home: "/"}
}

// AccountOf is that of a user that a run asks for.
func (im *Bundle) AccountOf(user string) Account {
	if user == "" || user == im.User {
		return im.Account
	}
	var text []byte
	if root, err := rofs.Open(im.Root()); err == nil {
		defer root.Close()
		if fi, err := fs.Stat(root, PasswdFile[1:]); err == nil && fi.Size() <= MaxPasswd {
			text, _ = fs.ReadFile(root, PasswdFile[1:])
		}
	}
	return FindAccount(text, user)
}
