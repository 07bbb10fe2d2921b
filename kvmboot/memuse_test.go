package kvmboot

import (
	"encoding/binary"
	"testing"

	"uk.example/kvmboot/guestmem"
)

// Page tables in which every page is a table, and every entry names the same pages, are looked at in bounded memory.
func TestHostilePageTables(t *testing.T) {
	mem, err := guestmem.New(8<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer mem.Close()
	pages := uint64(len(mem.Low) / guestmem.PageSize)
	for at := 0; at < len(mem.Low); at += 8 {
		entry := uint64(at)/8%pages*guestmem.PageSize | ptePresent | pteWrite | pteUser
		binary.LittleEndian.PutUint64(mem.Low[at:], entry)
	}
	w := walker{mem: mem, tables: map[uint64]bool{}, spans: map[string][]span{}}
	w.table(0, 4, pteWrite|pteUser)
	list := w.spans["rwx"]
	if n := total(merge(list)); len(w.spans) != 1 || n != int64(len(mem.Low)) || cap(list) > 2*maxLoose {
		t.Errorf("%d kinds, %d bytes in %d spans", len(w.spans), n, cap(list))
	}
}
