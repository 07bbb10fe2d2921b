package tests

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"uk.example/internal/testenv"
)

// whileReplaced runs a program that is given a file, by itself, and puts another one in the file's place when the program says
// that it is ready. It returns what the program said, and what is in both files then.
func whileReplaced(t *testing.T, env []string, file string, argv ...string) string {
	t.Helper()
	kept := file + ".kept" // a second name, by which the first file is still known
	for _, name := range []string{file, file + ".next"} {
		if err := os.WriteFile(name, []byte(filepath.Ext(name)+" 1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(file, kept); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var messages bytes.Buffer
	cmd.Env, cmd.Stderr = env, &messages
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	lines := bufio.NewReader(out)
	for line := ""; err == nil; said.WriteString(line) {
		if line, err = lines.ReadString('\n'); line == "ready\n" {
			if err := os.Rename(file+".next", file); err != nil {
				t.Error(err)
			}
			_, _ = io.WriteString(in, "\n")
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%q: %v\n%s%s", argv, err, said.String(), messages.String())
	}
	for _, name := range []string{file, kept} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(data)
	}
	return said.String()
}

// TestShareFile has a single file in a guest, beside one that Linux has mounted by itself, as container tools do: what others put in
// its place is another file, which neither sees.
func TestShareFile(t *testing.T) {
	prog := c("storage/one_file.c")(t, t.TempDir())
	uk, env := ukCommand(t)
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	if err := os.WriteFile(target, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	want := whileReplaced(t, env, filepath.Join(dir, "a.conf"), testenv.MustHave(t, "unshare"), "-rm", "sh", "-c",
		`mount --bind "$0" "$1" && exec "$2" "$1"`, filepath.Join(dir, "a.conf"), target, prog)
	for i, place := range []string{"/mnt/target", "/etc/hostname"} { // nothing is there, and a file
		file := filepath.Join(t.TempDir(), "a.conf")
		got := whileReplaced(t, env, file, uk, "run", "--overlay", "-v", file+":"+place, prog, place)
		if got != want {
			t.Errorf("%d: %s", i, difference(want, got))
		}
	}
	if out, err := exec.Command(uk, "run", "--vmm", "qemu", "-v", filepath.Join(dir, "a.conf")+":/mnt/a", prog, "/mnt/a").CombinedOutput(); err == nil ||
		!bytes.Contains(out, []byte("QEMU shares no single files: share the folder that it is in, or use the built-in runner\n")) {
		t.Errorf("QEMU: %v\n%s", err, out)
	}
}
