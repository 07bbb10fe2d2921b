// Package ownprogram finds the programs that come with uk and are not the command itself, which would start slower with
// what they need.
package ownprogram

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Find returns the path of the program called name: beside this one, or in $PATH. The error says what it is needed for in the
// words of task, as "archives are read by".
func Find(name, task string) (string, error) {
	if self, err := os.Executable(); err == nil {
		path := filepath.Join(filepath.Dir(self), name)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return path, nil
		}
	}
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("%s a program of its own, %s, which is neither beside this one nor in $PATH: make builds it, or go build uk.example/cmd/%s", task, name, name)
	}
	return path, err
}
