package tests

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"uk.example"
	"uk.example/internal/testenv"
)

// TestURoot runs commands of u-root, a user land in Go, one by one in guests of one image, and as they are on the host.
func TestURoot(t *testing.T) {
	needKVM(t)
	testenv.MustHaveKit(t, uk.FindKit)
	b := prepare(t, &program{name: "u-root", build: app("u-root"), check: func(*testing.T, string) {}})
	bb, words := filepath.Join(filepath.Dir(b.path), "bb"), filepath.Join(filepath.Dir(b.path), "words")
	for _, args := range [][]string{
		{"sort", "/data/words"},
		{"wc", "/data/words"},
		{"shasum", "-a", "256", "/data/words"},
		{"grep", "-n", "app", "/data/words"},
		{"head", "-n", "2", "/data/words"},
		{"hexdump", "/data/words"},
		{"seq", "1", "5"},
		{"basename", "/data/words"},
		{"uniq", "-c", "/data/words"},
		{"cmp", "/data/words", "/data/words"},
		{"false"},
		{"cat", "/data/nothing"},
	} {
		onHost := append([]string{bb}, args...)
		for i, a := range onHost {
			if a == "/data/words" {
				onHost[i] = words
			}
		}
		host := hostCommand(context.Background(), onHost...)
		var want bytes.Buffer
		host.Stdout = &want // standard error has names that differ
		failed := host.Run()
		ctx, cancel := context.WithTimeout(context.Background(), kvmDeadline)
		var out, complaint bytes.Buffer
		status, err := b.img.Run(ctx, uk.RunOptions{Args: args, Stdout: &out, ProgramStderr: &complaint, Stderr: &complaint})
		cancel()
		got := bytes.ReplaceAll(out.Bytes(), []byte("/data/words"), []byte(words))
		if err != nil || (failed != nil) != (status.ExitCode() != 0) || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%q: %v, %v (%v on the host):\n%s%s", args, status, err, failed, difference(want.String(), string(got)), &complaint)
		}
	}
}
