package kvmboot

import (
	"encoding/binary"
	"testing"
)

// Page tables in which every page is a table, and every entry names the same pages, are looked at in bounded memory.
func TestHostilePageTables(t *testing.T) {
	mem, err := newGuestMemory(8<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.close()
	pages := uint64(len(mem.low) / pageSize)
	for at := 0; at < len(mem.low); at += 8 {
		entry := uint64(at)/8%pages*pageSize | ptePresent | pteWrite | pteUser
		binary.LittleEndian.PutUint64(mem.low[at:], entry)
	}
	w := walker{mem: mem, tables: map[uint64]bool{}, spans: map[string][]span{}}
	w.table(0, 4, pteWrite|pteUser)
	list := w.spans["rwx"]
	if n := total(merge(list)); len(w.spans) != 1 || n != int64(len(mem.low)) || cap(list) > 2*maxLoose {
		t.Errorf("%d kinds, %d bytes in %d spans", len(w.spans), n, cap(list))
	}
}
