package trace

import (
	"strconv"
	"strings"
)

// record is what the kernel wrote.
type record struct {
	kind   byte // 'E', 'L', 'S'
	tid    int
	nr     int
	nanos  int64
	values []uint64
	memory map[int][]byte // argument → what it leads to
	cut    bool           // the kernel had no room for all of it
}

// Limits of what a guest's record may be.
const (
	recordStart, recordEnd = 2, 3
	maxRecord              = 64 << 10
)

// parseRecord reads what stands between STX and ETX.
func parseRecord(text string) (*record, bool) {
	if len(text) < 2 {
		return nil, false
	}
	r := &record{kind: text[0], cut: text[len(text)-1] == '!', memory: map[int][]byte{}}
	want, ok := map[byte]int{'E': 6, 'L': 1, 'S': 0}[r.kind]
	if !ok || !r.cut && text[len(text)-1] != '.' {
		return nil, false
	}
	words := strings.Split(text[1:len(text)-1], " ")
	if len(words) < 4+want || words[0] != "" {
		return nil, false
	}
	var numbers []uint64
	for _, w := range words[1 : 4+want] {
		n, err := strconv.ParseUint(w, 16, 64)
		if err != nil {
			return nil, false
		}
		numbers = append(numbers, n)
	}
	r.tid, r.nr, r.nanos, r.values = int(uint32(numbers[0])), int(uint32(numbers[1])), int64(numbers[2]), numbers[3:]
	for _, w := range words[4+want:] {
		if len(w) < 2 || w[1] != '=' || w[0] < '0' || w[0] > '5' {
			return nil, false
		}
		b, ok := unescape(w[2:])
		if !ok && !r.cut {
			return nil, false
		}
		r.memory[int(w[0]-'0')] = b
	}
	return r, true
}

func unescape(s string) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return b, false
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return b, false
		}
		b = append(b, byte(n))
		i += 2
	}
	return b, true
}
