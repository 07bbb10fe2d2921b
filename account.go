package uk

import (
	"bytes"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"uk/internal/bounded"
	"uk/rofs"
)

const (
	passwdFile = "/etc/passwd"
	maxPasswd  = 1 << 20 // bytes
	// defaultPath is what container runtimes set.
	defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// Account is what /etc/passwd of an image says of its user.
type Account struct {
	Name string `json:"name"`
	Home string `json:"home"`
}

// findAccount looks for a user, UID or UID:GID, in the text of a passwd(5). One without a line
// has a number for a name and / for a home.
func findAccount(text []byte, user string) Account {
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

// account is the one that the image's user has.
func (p *Plan) account() Account {
	var text []byte
	if e := p.Manifest.Lookup(passwdFile); e != nil {
		if text = e.Data; e.Host != "" {
			text, _ = bounded.ReadRegular(e.Host, maxPasswd)
		}
	}
	return findAccount(text, p.Manifest.App.User)
}

// accountOf is that of a user that a run asks for.
func (im *Image) accountOf(user string) Account {
	if user == "" || user == im.User {
		return im.Account
	}
	var text []byte
	if root, err := rofs.Open(im.Root()); err == nil {
		defer root.Close()
		if fi, err := fs.Stat(root, passwdFile[1:]); err == nil && fi.Size() <= maxPasswd {
			text, _ = fs.ReadFile(root, passwdFile[1:])
		}
	}
	return findAccount(text, user)
}

// lastOfEach keeps the last value of each variable, where its first one stood: programs take the
// first that they find (getenv(3)), and what comes later is meant to win.
func lastOfEach(env []string) []string {
	var out []string
	place := map[string]int{}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if i, ok := place[name]; ok {
			out[i] = e
			continue
		}
		place[name] = len(out)
		out = append(out, e)
	}
	return out
}

// withDefaults puts variables in front of env that programs expect and it does not have, among them the
// type of the terminal, "" for none. PATH and HOME are what container runtimes set.
func withDefaults(env []string, a Account, terminal string) []string {
	var defaults []string
	for _, d := range []struct{ name, value string }{{"PATH", defaultPath}, {"HOME", a.Home}, {"USER", a.Name}, {"TERM", terminal}} {
		has := slices.ContainsFunc(env, func(e string) bool { return strings.HasPrefix(e, d.name+"=") })
		if !has && d.value != "" {
			defaults = append(defaults, d.name+"="+d.value)
		}
	}
	return append(defaults, env...)
}
