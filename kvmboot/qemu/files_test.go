package qemu

import (
	"strings"
	"testing"
)

func TestDescriptorFolder(t *testing.T) {
	here := t.TempDir()
	if dir, err := descriptorFolder(here+"/none", here); dir != here || err != nil {
		t.Errorf("%s, %v", dir, err)
	}
	if _, err := descriptorFolder(here+"/none", here+"/nor"); err == nil || !strings.HasPrefix(err.Error(), here+"/none: no such folder: ") {
		t.Error(err)
	}
}
