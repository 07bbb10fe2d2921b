package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"uk.example/internal/bounded"
)

// maxEnvFile is the largest file of --env-file, in bytes: more has no place on a command line either.
const maxEnvFile = 2 << 20

// readEnvFiles reads files of NAME=VALUE lines, as docker run's --env-file has them: a value is taken as it is,
// quotes and all; NAME alone has the value that it has here, and is left out where it has none; # begins a comment.
func readEnvFiles(files []string) (env []string, err error) {
	for _, name := range files {
		text, err := bounded.ReadFile(name, maxEnvFile)
		if err != nil {
			return nil, err
		}
		s := bufio.NewScanner(strings.NewReader(string(text)))
		s.Buffer(nil, maxEnvFile+1)
		for line := 1; s.Scan(); line++ {
			t := strings.TrimLeft(s.Text(), " \t")
			if t == "" || t[0] == '#' {
				continue
			}
			key, _, given := strings.Cut(t, "=")
			switch value, set := os.LookupEnv(key); {
			case key == "" || strings.ContainsAny(key, " \t\x00") || strings.Contains(t, "\x00"):
				return nil, fmt.Errorf("%s:%d: %q: write NAME=VALUE, or NAME for one that is set here", name, line, t)
			case given:
				env = append(env, t)
			case set:
				env = append(env, key+"="+value)
			}
		}
	}
	return env, nil
}

// plainPath is the error about a file without the name of the system call.
func plainPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	return err
}
