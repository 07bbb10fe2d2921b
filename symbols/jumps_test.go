package symbols

import (
	"os"
	"path/filepath"
	"testing"

	"uk.example/internal/elffile"
	"uk.example/internal/testenv"
)

// TestJumps looks at both forms, and at what is left alone.
func TestJumps(t *testing.T) {
	cc := testenv.MustHave(t, "gcc")
	dir := t.TempDir()
	source, prog := filepath.Join(dir, "a.S"), filepath.Join(dir, "a")
	const code = `
	.macro fn name
	.balign 64
	.type \name, @function
	.globl \name
\name:
	.endm
	.globl _start
	.skip 64, 0xf4
fn _start
	mov $39, %eax
	syscall			# the instruction before it
	xor %eax, %eax
	mov %rbx, %rdi
	syscall			# padding
	mov $15, %eax
	syscall			# rt_sigreturn
	ret
	.size _start, . - _start
fn far
	mov $1, %eax
	lea _start(%rip), %rcx
	xor %edi, %edi
	syscall			# what is before it cannot move; more of the padding
	ret
	.size far, . - far
	.balign 4096, 0xf4
`
	if err := os.WriteFile(source, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	testenv.Run(t, cc, "-nostdlib", "-static", "-o", prog, source)
	f, err := elffile.Open(prog)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := ScanSyscalls(f, "/a")
	if err != nil {
		t.Fatal(err)
	}
	before, hops := 0, 0
	for _, j := range n.Jumps {
		if j.By == -7 && j.First[0] == 0xb8 {
			before++
		} else if j.By >= 0 || j.By < -maxMoved-2 {
			hops++
		}
	}
	if before != 1 || hops != 2 || len(n.Jumps) != 3 || len(n.Traps) != 1 {
		t.Errorf("jumps %+v, traps %+v", n.Jumps, n.Traps)
	}
	if b := EncodeJumps(n.Jumps); len(b) != 12*len(n.Jumps) || b[6] != 0x0f || b[7] != 0x05 || b[8] != 0xf9 || b[9] != maxMoved-5 {
		t.Errorf("% x", b)
	}
}
