package diskimage

import (
	"os"
	"syscall"
	"testing"
)

// diskUsage is how many bytes a file takes.
func diskUsage(t *testing.T, name string) int64 {
	t.Helper()
	st, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return st.Sys().(*syscall.Stat_t).Blocks * 512
}
