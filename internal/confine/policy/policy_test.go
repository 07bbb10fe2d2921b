package policy

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const testPID = 4321

// nothing is the result of a call that is not made and yet says 0.
const nothing = seccomp.ActionErrno | seccomp.Action(1<<15)

// decide is what the lists say of a call.
func decide(k Kind, name string, args [6]uint64) seccomp.Action {
	matches := func(list []seccomp.NameWithConditions) bool {
		return slices.ContainsFunc(list, func(c seccomp.NameWithConditions) bool {
			return c.Name == name && !slices.ContainsFunc(c.Conditions, func(x seccomp.Condition) bool {
				v := args[x.Argument]
				switch x.Operation {
				case seccomp.Equal:
					return v != x.Value
				case seccomp.BitsSet: // any of them
					return v&x.Value == 0
				case seccomp.BitsNotSet:
					return v&x.Value != 0
				}
				panic(x.Operation)
			})
		})
	}
	switch {
	case k.Remover && (name == "landlock_restrict_self" || name == "seccomp"):
		return nothing
	case matches(requests(k)) || slices.Contains(always, name) || matches(bounded(k, testPID)),
		k.Folders && slices.Contains(ofFolders, name), !k.pinned() && slices.Contains(unmapping, name), k.Remover && name == "capset", (k.Sockets || k.Network) && slices.Contains(ofSockets, name), k.Network && slices.Contains(ofNetwork, name), k.Card && slices.Contains(ofCard, name), k.Control && slices.Contains(ofControl, name), k.Asker && slices.Contains(ofAsker, name):
		return seccomp.ActionAllow
	case slices.Contains(hostile, name):
		return seccomp.ActionKillProcess
	case name == "clone3":
		return seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)
	}
	return seccomp.ActionErrno | seccomp.Action(unix.EPERM)
}

// data is struct seccomp_data as bpf.VM reads it, most significant byte first.
func data(nr int, args [6]uint64) []byte {
	b := make([]byte, 64)
	binary.BigEndian.PutUint32(b, uint32(nr))
	binary.BigEndian.PutUint32(b[4:], unix.AUDIT_ARCH_X86_64)
	for i, a := range args {
		binary.BigEndian.PutUint32(b[16+8*i:], uint32(a))
		binary.BigEndian.PutUint32(b[20+8*i:], uint32(a>>32))
	}
	return b
}

// TestProgram: each program says of every call, with arguments that mean something to some call, what the
// lists say. Arguments are numbers of calls, too: one must not be taken for the call's own.
func TestProgram(t *testing.T) {
	info, err := arch.GetInfo("amd64")
	if err != nil {
		t.Fatal(err)
	}
	var values []uint64
	for nr := range info.SyscallNumbers {
		values = append(values, uint64(nr))
	}
	var given []uint64 // what conditions name, and what is beside it
	for _, list := range [][]seccomp.NameWithConditions{requests(Kind{Card: true}), bounded(Kind{Folders: true, Sockets: true, Network: true}, testPID), bounded(Kind{Control: true}, testPID)} {
		for _, c := range list {
			for _, x := range c.Conditions {
				given = append(given, x.Value, x.Value+1, x.Value|1<<32)
			}
		}
	}
	slices.Sort(values) // the same in every run
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, k := range Kinds {
		raw, err := Program(k, testPID)
		if err != nil {
			t.Fatal(err)
		}
		var program []bpf.Instruction
		for _, r := range raw {
			program = append(program, bpf.RawInstruction{Op: r.Code, Jt: r.Jt, Jf: r.Jf, K: r.K}.Disassemble())
		}
		vm, err := bpf.NewVM(program)
		if err != nil {
			t.Fatal(err)
		}
		bad := 0
		try := func(nr int, name string, args [6]uint64) {
			got, err := vm.Run(data(nr, args))
			want := decide(k, name, args)
			if seccompResult := uint32(got); err != nil || seccompResult != result(want) {
				if bad++; bad < 10 {
					t.Errorf("%+v: %s(%#x): %#x, %v, want %#x", k, name, args, seccompResult, err, result(want))
				}
			}
		}
		for _, n := range values {
			nr := int(n)
			name := info.SyscallNumbers[nr]
			try(nr, name, [6]uint64{})
			for range 40 {
				var args [6]uint64
				for i := range args {
					switch args[i] = values[rnd.IntN(len(values))]; rnd.IntN(3) {
					case 0:
						args[i] = 0
					case 1:
						args[i] = given[rnd.IntN(len(given))]
					}
				}
				try(nr, name, args)
			}
		}
	}
}

// result is what a program returns for an action.
func result(a seccomp.Action) uint32 {
	if a == seccomp.ActionKillProcess {
		return 0x80000000 // SECCOMP_RET_KILL_PROCESS
	}
	if a == nothing {
		return unix.SECCOMP_RET_ERRNO
	}
	if a == seccomp.ActionErrno {
		return uint32(a) | uint32(unix.EPERM)
	}
	return uint32(a)
}
