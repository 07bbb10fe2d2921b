package linker

import (
	"os"
	"path/filepath"
	"testing"
)

// An archive is read once, a member parsed once; members of one name are two.
func TestKitFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "libc.a")
	if err := os.WriteFile(file, writeArchive([]ArchiveMember{{Name: "a.o", Data: []byte("1")}, {Name: "a.o", Data: []byte("2")}}), 0o666); err != nil {
		t.Fatal(err)
	}
	k := newKitFiles(dir)
	first, err := k.members("libc.a")
	if err != nil || len(first) != 2 {
		t.Fatalf("%d members, %v", len(first), err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	again, err := k.members("libc.a")
	if err != nil || len(again) != 2 || &again[0] != &first[0] {
		t.Errorf("the archive was read again: %v", err)
	}
	if _, err := k.members("libgcc.a"); err == nil {
		t.Error("no error for a file that is not there")
	}
	one := &object{file: "one"}
	k.objects[memberPlace{"libc.a", first[0].Offset}] = one
	if o, err := k.object("libc.a", first[0]); o != one || err != nil {
		t.Errorf("the member was parsed again: %v", err)
	}
	if o, err := k.object("libc.a", first[1]); o == one || err == nil {
		t.Errorf("the other member of that name: %v, %v", o, err)
	}
}
