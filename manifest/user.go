package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// CheckUser reports why s is not the user that a program can run as: UID, or UID:GID,
// in numbers, since images need not have a list of names.
func CheckUser(s string) error {
	uid, gid, both := strings.Cut(s, ":")
	if !validID(uid) || both && !validID(gid) {
		return fmt.Errorf("%q is no user", short(s))
	}
	return nil
}

// validID reports whether s is a user or group number. The largest one means
// "unchanged" to system calls, and is nobody's.
func validID(s string) bool {
	n, err := strconv.ParseUint(s, 10, 32)
	return err == nil && n != 1<<32-1 && s[0] != '+'
}
