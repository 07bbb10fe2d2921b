package policy

import (
	"errors"

	"golang.org/x/net/bpf"
)

// Offsets in struct seccomp_data, seccomp(2).
const (
	offsetNumber    = 0
	offsetArguments = 16
)

var errTooLong = errors.New("a conditional jump of the filter is too long")

// reload repairs a program of the library's. It looks at an argument of a call by loading it over
// the call's number, and where the argument is not as it should be it goes on to compare what it has
// with the numbers of the calls that follow: fcntl(fd, 10) passed for mprotect, whose number is 10. Here the
// number is loaded again before it is looked at.
func reload(list []bpf.Instruction) ([]bpf.Instruction, error) {
	far := make([]bool, len(list)) // needs a jump of its own, as a conditional one reaches 255 instructions
	for {
		out, again := rewrite(list, far)
		if !again {
			if out == nil {
				return nil, errTooLong
			}
			return out, nil
		}
	}
}

// rewrite adds the loads, and jumps where far says so. It reports whether far has one more.
func rewrite(list []bpf.Instruction, far []bool) (out []bpf.Instruction, again bool) {
	place := make([]int, len(list)+1) // of each instruction in the new program, or of the load before it
	n := 0
	for i := range list {
		place[i] = n
		if n++; needsNumber(list, i) {
			n++
		}
		if far[i] {
			n++
		}
	}
	place[len(list)] = n
	for i, in := range list {
		if needsNumber(list, i) {
			out = append(out, bpf.LoadAbsolute{Off: offsetNumber, Size: 4})
		}
		skip := func(n int) int { return place[i+1+n] - len(out) - 1 }
		switch in := in.(type) {
		case bpf.JumpIf:
			yes, no := skip(int(in.SkipTrue)), skip(int(in.SkipFalse))
			switch {
			case far[i]: // one way leads to what follows, behind the new jump
				to := max(yes, no) - 1
				if in.SkipTrue, in.SkipFalse = 1, 0; yes > no {
					in.SkipTrue, in.SkipFalse = 0, 1
				}
				out = append(out, in, bpf.Jump{Skip: uint32(to)})
				continue
			case max(yes, no) > 255 && min(yes, no) == 0:
				far[i], again = true, true
			case yes > 255 || no > 255:
				return nil, false
			}
			in.SkipTrue, in.SkipFalse = uint8(yes), uint8(no)
			out = append(out, in)
		case bpf.Jump:
			in.Skip = uint32(skip(int(in.Skip)))
			out = append(out, in)
		default:
			out = append(out, in)
		}
	}
	return out, again
}

// needsNumber tells whether instruction i compares a call's number behind one that looked at an argument,
// or behind the end of a group, to which such a one jumps.
func needsNumber(list []bpf.Instruction, i int) bool {
	if _, ok := list[i].(bpf.JumpIf); !ok || i == 0 || ofArgument(list, i) {
		return false
	}
	_, ends := list[i-1].(bpf.RetConstant)
	return ends || ofArgument(list, i-1)
}

// ofArgument tells whether instruction i compares an argument.
func ofArgument(list []bpf.Instruction, i int) bool {
	if _, ok := list[i].(bpf.JumpIf); !ok || i == 0 {
		return false
	}
	load, ok := list[i-1].(bpf.LoadAbsolute)
	return ok && load.Off >= offsetArguments
}
