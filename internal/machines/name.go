package machines

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

// maxName is the longest name of a machine.
const maxName = 63

// CheckName returns an error if a machine cannot be called so.
func CheckName(name string) error {
	ok := name != "" && len(name) <= maxName
	for i, c := range name {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		ok = ok && (letter || i > 0 && strings.ContainsRune("_.-", c))
	}
	if !ok {
		return fmt.Errorf("%q is no name for a machine: want up to %d letters, digits, dots, _ and -, a letter or digit first", name, maxName)
	}
	return nil
}

// idSize is the length of a machine's id, in digits.
const idSize = 12

// newID is that of a new machine.
func newID() string {
	b := make([]byte, idSize/2)
	_, _ = rand.Read(b) // which never fails
	return hex.EncodeToString(b)
}

// madeName is one for a machine of target that was given none.
func madeName(target, id string) string {
	base := strings.TrimSuffix(path.Base(path.Clean(target)), ".uk")
	name := strings.Map(func(r rune) rune {
		if CheckName("x"+string(r)) != nil {
			return -1
		}
		return r
	}, base)
	name = strings.TrimLeft(name, "_.-")
	if name == "" {
		name = "machine"
	}
	return name[:min(len(name), maxName-5)] + "-" + id[:4]
}
