package nettest

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"uk.example/internal/testenv"
)

// TestHostileDevice hands the driver packets that no runner would send, in states that programs bring sockets into.
func TestHostileDevice(t *testing.T) {
	testenv.Sources(t, "host/*", "../inet/*.[ch]", "../inet_host/*.[ch]", "../../include/*.h", "../../interfaces/*.h")
	o := testenv.NewObjects(t, "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize=alignment", "-fno-sanitize-recover=undefined",
		"-fPIE", "-std=gnu11", "-fno-strict-aliasing", "-Wall")
	kernel := []string{"-ffreestanding", "-I../../include", "-I../../interfaces", "-Ihost", "-Wno-missing-field-initializers"}
	var sources []string
	for _, dir := range []string{"inet", "inet_host"} {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.c"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		sources = append(sources, slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "device.c" })...)
	}
	o.CompileAll(sources, kernel...)
	o.CompileAll([]string{"host/hostile.c", "host/sockets.c"}, kernel...)
	o.Compile("host/system.c")
	prog := o.Link("-fsanitize=address,undefined")
	if out := testenv.Run(t, prog, "20000"); !strings.HasSuffix(string(out), "SUCCESS\n") {
		t.Errorf("%s", out)
	}
}
