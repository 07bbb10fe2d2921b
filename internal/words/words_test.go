package words

import (
	"bytes"
	"os/exec"
	"testing"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"ls -l":             "ls -l",
		"été\t1\n":          "été\t1\n",
		"a\x1b[31mred":      `a\x1b[31mred`,
		"bell\a\b\r":        `bell\x07\x08\x0d`,
		"\x7f\x00":          `\x7f\x00`,
		"\xff\xfe":          `\xff\xfe`,
		"csi\u009b31m":      `csi\u009b31m`,
		"\u202egpj.exe":     `\u202egpj.exe`,
		"no-break\u00a0end": "no-break\u00a0end",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := Writer{&b}
	text := "name\x1b[2J " + Paint("31;1", "red\x1b]0;title\a") + " \x00[1m\n"
	if n, err := w.Write([]byte(text)); err != nil || n != len(text) {
		t.Fatal(n, err)
	}
	if want := `name\x1b[2J ` + "\x1b[31;1m" + `red\x1b]0;title\x07` + "\x1b[0m [1m\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

// TestQuote: a shell reads back what was quoted.
func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"./prog":       "./prog",
		"":             "''",
		"my file.py":   "'my file.py'",
		"it's":         `'it'\''s'`,
		"$HOME;`ls`":   "'$HOME;`ls`'",
		"new\nline":    `$'new\nline'`,
		"\x1b1'\\\xff": `$'\0331\'\\\377'`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
		if bash, err := exec.LookPath("bash"); err == nil {
			if out, err := exec.Command(bash, "-c", "printf %s "+Quote(in)).Output(); err != nil || string(out) != in {
				t.Errorf("%q reads back as %q, %v", in, out, err)
			}
		}
	}
}

func TestTyped(t *testing.T) {
	var names Typed
	names.Add("/home/me", []string{"run", "-v", "sub:/data", "--kit=../kit", "./prog", "/abs/x", "..", "new\nline"})
	names.As("/cache/image-ABC/", "./prog: ")
	for in, want := range map[string]string{
		"/home/me/prog: not a program":    "./prog: not a program",
		"share /home/me/sub: no folder":   "share sub: no folder",
		"/home/me/sub/lib/x.so:3: broken": "sub/lib/x.so:3: broken",
		"/home/me/progress":               "/home/me/progress",
		"/home: broken":                   "..: broken",
		"/home/kit/kit.json":              "../kit/kit.json",
		"/abs/x":                          "/abs/x",
		"/mnt/home/me/prog":               "/mnt/home/me/prog",
		"/cache/image-ABC/kernel.elf":     "./prog: kernel.elf",
		"/home/me/new\nline: no ELF file": `$'new\nline': no ELF file`,
		"new\nline: no such file":         `$'new\nline': no such file`,
		"(/home/me/prog)":                 "(./prog)",
	} {
		if got := names.Text(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
