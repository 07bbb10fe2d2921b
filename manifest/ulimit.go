package manifest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Ulimit is a resource limit (setrlimit(2)) that a program begins with.
type Ulimit struct {
	Resource   int // RLIMIT_*, as Linux numbers them
	Soft, Hard uint64
}

// Unlimited is the value of a limit that limits nothing (RLIM_INFINITY).
const Unlimited = math.MaxUint64

// ulimitNames are the resources in the order of their numbers.
var ulimitNames = []string{
	"cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue",
	"nice", "rtprio", "rttime",
}

// UlimitNames are the names of all limits.
func UlimitNames() []string { return slices.Clone(ulimitNames) }

// ParseUlimit reads NAME=SOFT[:HARD] as docker has it: without HARD both are
// SOFT, and -1 or unlimited means that there is no limit.
func ParseUlimit(s string) (Ulimit, error) {
	name, values, ok := strings.Cut(s, "=")
	if !ok {
		return Ulimit{}, fmt.Errorf("%q sets no limit: write NAME=SOFT or NAME=SOFT:HARD", short(s))
	}
	u := Ulimit{Resource: slices.Index(ulimitNames, name)}
	if u.Resource < 0 {
		return Ulimit{}, fmt.Errorf("%q is no limit: there are %s", short(name), strings.Join(ulimitNames, ", "))
	}
	soft, hard, both := strings.Cut(values, ":")
	if !both {
		hard = soft
	}
	var err error
	if u.Soft, err = limitValue(soft); err == nil {
		u.Hard, err = limitValue(hard)
	}
	if err != nil {
		return Ulimit{}, err
	}
	if u.Soft > u.Hard {
		return Ulimit{}, fmt.Errorf("the soft limit of %s, %s, is above the hard one, %s", name, soft, hard)
	}
	if name == "nofile" && u.Hard > maxOpen {
		return Ulimit{}, fmt.Errorf("no program can have more than %d files open", maxOpen)
	}
	return u, nil
}

const maxOpen = 1 << 20 // fs.nr_open

func limitValue(s string) (uint64, error) {
	if s == "-1" || s == "unlimited" {
		return Unlimited, nil
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || s[0] == '+' {
		return 0, fmt.Errorf("%q is no limit's value: write a number, or -1 for none", short(s))
	}
	return n, nil
}
