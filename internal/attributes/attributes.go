// Package attributes decides which mode, owner and time the files of an image get.
//
// A file has the mode and the time of the host's, and its owner if that is one of
// the system's (an id below 1000). Ids of people mean nothing in an image, and
// would make it depend on who builds it: their files, and those of whoever runs
// the build, belong to root. What no host file stands for is root's, with the
// modes and the time that package rofs gives it. After that come the manifest's
// own rules, and SOURCE_DATE_EPOCH, which no time is later than.
package attributes

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"time"

	"uk.example/manifest"
	"uk.example/rofs"
)

// firstPerson is where ids of people begin, as login.defs(5) has it.
const firstPerson = 1000

// EpochVariable is the environment's name for the latest time in what is built
// (reproducible-builds.org/specs/source-date-epoch).
const EpochVariable = "SOURCE_DATE_EPOCH"

// Policy is what a build decides. The zero Policy has owners as the package's
// comment says, for a build that root runs.
type Policy struct {
	Owner   *Owner // of all files; nil: as the package's comment says
	Keep    bool   // owners as on the host
	Builder uint32 // user that runs the build
	Newest  *time.Time
	Rules   []manifest.FileRule
}

// Owner is a user and a group.
type Owner struct{ UID, GID uint32 }

// New makes the policy for an --owner as [CheckOwner] takes it, and this process's
// user and environment.
func New(owner string, rules []manifest.FileRule) (*Policy, error) {
	p := &Policy{Builder: uint32(os.Geteuid()), Rules: rules}
	switch owner {
	case "", "auto":
	case "keep":
		p.Keep = true
	default:
		uid, gid, err := manifest.ParseOwner(owner)
		if err != nil {
			return nil, err
		}
		p.Owner = &Owner{*uid, *gid}
	}
	if v := os.Getenv(EpochVariable); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/1_000_000_000 {
			return nil, fmt.Errorf("%s=%q is no number of seconds since 1970: correct or unset it", EpochVariable, v)
		}
		t := time.Unix(n, 0)
		p.Newest = &t
	}
	return p, nil
}

// CheckOwner says what is wrong with an owner: it is auto (or empty), keep, UID or UID:GID.
func CheckOwner(s string) error {
	if s == "" || s == "auto" || s == "keep" {
		return nil
	}
	if _, _, err := manifest.ParseOwner(s); err != nil {
		return fmt.Errorf("%q is neither auto, keep, UID nor UID:GID", s)
	}
	return nil
}

// Adjust changes what the file at path would get.
func (p *Policy) Adjust(path string, a *rofs.Attr) {
	switch {
	case p.Owner != nil:
		a.UID, a.GID = p.Owner.UID, p.Owner.GID
	case !p.Keep:
		if a.UID >= firstPerson || a.UID != 0 && a.UID == p.Builder {
			a.UID, a.GID = 0, 0
		}
		if a.GID >= firstPerson {
			a.GID = 0
		}
	}
	if path == "/" {
		a.Mode = 0o755 // the folder that a tree came from is often private
	}
	for i := range p.Rules {
		if r := &p.Rules[i]; r.Matches(path) {
			apply(r, a)
		}
	}
	if p.Newest != nil && a.MTime.After(*p.Newest) {
		a.MTime = *p.Newest
	}
}

// KeepXattrs tells whether the file at path keeps the host's extended attributes user.*.
func (p *Policy) KeepXattrs(path string) bool {
	return slices.ContainsFunc(p.Rules, func(r manifest.FileRule) bool { return r.Xattrs && r.Matches(path) })
}

// NeedsIdentity tells whether a program with these attributes runs with another identity than that of
// who starts it: by set-user-ID, set-group-ID, or capabilities, which root has anyway.
func NeedsIdentity(a *rofs.Attr) bool {
	const setUID, setGID, groupExec = 0o4000, 0o2000, 0o010
	return a.Mode&setUID != 0 && a.UID != 0 || a.Mode&(setGID|groupExec) == setGID|groupExec && a.GID != 0
}

func apply(r *manifest.FileRule, a *rofs.Attr) {
	if r.Mode != nil {
		a.Mode = *r.Mode
	}
	if r.UID != nil {
		a.UID, a.GID = *r.UID, *r.GID
	}
	if r.MTime != nil {
		a.MTime = *r.MTime
	}
	for _, name := range slices.Sorted(maps.Keys(r.Set)) {
		a.SetXattr(name, r.Set[name])
	}
}
