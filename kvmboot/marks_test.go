package kvmboot

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"uk.example/kvmboot/guestmem"
)

func TestMarkStructures(t *testing.T) {
	// The second request's number counts the head of its structure only.
	for v, want := range map[any]int{kvmGuestDebug{}: kvmSetGuestDebug >> 16 & 0x3fff, kvmMSRs{}: kvmGetMSRs>>16&0x3fff + 16} {
		if n := int(reflect.TypeOf(v).Size()); n != want {
			t.Errorf("%T has %d bytes, want %d", v, n, want)
		}
	}
}

// What a guest touched is what the host counts for that memory.
func TestResidentSmaps(t *testing.T) {
	m, err := guestmem.New(64<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for i := range 300 {
		m.Low[i*3*guestmem.PageSize] = 1
	}
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	// Of the mapping that holds the memory; neighbours may have been joined to it,
	// but nothing of them is touched by the guest.
	at := guestmem.AddressOf(m.Low)
	var inside bool
	var rss int64 = -1
	for line := range strings.Lines(string(text)) {
		var start, end uint64
		if n, _ := fmt.Sscanf(line, "%x-%x ", &start, &end); n == 2 {
			inside = start <= at && at < end
		}
		if inside && strings.HasPrefix(line, "Rss:") {
			fmt.Sscan(strings.Fields(line)[1], &rss)
		}
	}
	if got := m.Resident(); got != 300*guestmem.PageSize || got != rss<<10 {
		t.Errorf("resident %d, smaps %d, want %d", got, rss<<10, 300*guestmem.PageSize)
	}
}

// Page tables are the guest's: loops, addresses outside of RAM and large pages that
// reach beyond it are survived, and nothing counts twice.
func TestWalkHostileTables(t *testing.T) {
	m, err := guestmem.New(4<<20, false)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	put := func(table, index, entry uint64) { storeEntry(m.Low[table+8*index:], entry) }
	const all = ptePresent | pteWrite | pteUser
	put(0x1000, 0, 0x2000|all) // PML4
	put(0x1000, 1, 0x1000|all) // itself
	put(0x1000, 2, 0xffffffffff000|all)
	put(0x1000, 3, pteLarge|all)            // no such thing at this level
	put(0x2000, 0, 0x3000|all)              // PDPT
	put(0x2000, 1, 0x40000000|pteLarge|all) // 1 GB outside of RAM
	put(0x3000, 0, 0x4000|all)              // PD
	put(0x3000, 1, 0x200000|pteLarge|ptePresent|pteUser|pteNoExec)
	put(0x3000, 2, 0x4000|ptePresent|pteUser) // the same table, read only
	put(0x4000, 0, 0x8000|all)
	put(0x4000, 1, 0x8000|all|pteNoExec)
	put(0x4000, 2, 0x9000|ptePresent|pteUser)
	put(0x4000, 3, 0x9000|ptePresent|pteWrite) // ring 0 alone
	w := walker{mem: m, tables: map[uint64]bool{}, spans: map[string][]span{}}
	w.table(0x1000, 4, pteWrite|pteUser)
	if len(w.tables) != 4 {
		t.Errorf("%d tables, want 4", len(w.tables))
	}
	g := &Guest{m: &machine{mem: m}}
	looks := int64(10000)
	for addr, want := range map[uint64]uint64{0: 0, 0x1001: 0x1001, 0x4000: 0x200000, 0x200000: 0x200000, 0x3ff123: 0x3ff123} {
		if got, ok := g.Mapped(0x1000, addr, 1<<30, &looks); !ok || got != want {
			t.Errorf("first mapped from %#x on: %#x, %v", addr, got, ok)
		}
	}
	for shift := uint(12); shift < 47; shift++ { // through the table that is in itself, and to no end of time
		looks = 100000
		if got, ok := g.Mapped(0x1000, 1<<shift, 1<<47, &looks); ok && got < 1<<shift || looks < 0 {
			t.Errorf("first mapped from %#x on: %#x, %d looks left", uint64(1)<<shift, got, looks)
		}
	}
	if _, ok := g.Mapped(0xfffffffffffff000, 0, 1<<47, &looks); ok {
		t.Error("a table outside of memory maps something")
	}
	for rights, want := range map[string]int64{"rwx": 0x1000, "rw-": 0x1000, "r-x": 0x1000, "r--": 0x200000} {
		if got := total(merge(w.spans[rights])); got != want {
			t.Errorf("%s: %d bytes, want %d", rights, got, want)
		}
	}
}

func storeEntry(b []byte, v uint64) {
	for i := range 8 {
		b[i] = byte(v >> (8 * i))
	}
}
