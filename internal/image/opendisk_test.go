package image

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// again reads as the same data without end.
type again struct{}

func (again) ReadAt(b []byte, _ int64) (int, error) {
	for i := range b {
		b[i] = 1
	}
	return len(b), nil
}

// TestCopyBomb: a small disk that names its data over and over does not fill this machine.
func TestCopyBomb(t *testing.T) {
	name := filepath.Join(t.TempDir(), "copy")
	c := copier{ctx: context.Background(), room: 1 << 20}
	if err := c.copy(name, again{}, 1<<40); err == nil || !strings.Contains(err.Error(), "names more data than its file has") {
		t.Errorf("%v", err)
	}
	if st, err := os.Stat(name); err != nil || st.Size() > 1<<20 {
		t.Errorf("%v, %v", st, err)
	}
}
