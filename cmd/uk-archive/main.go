// Command uk-archive reads the archive that is its standard input and puts what it holds into a folder: uk build, run
// and pack start it, see package internal/archive.
//
// It is a program of its own because an archive is anybody's, and because what it is linked of takes time to start.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"uk.example/internal/archive/reader"
	"uk.example/internal/confine"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: uk-archive FOLDER < ARCHIVE")
	}
	confine.CloseInherited()
	if _, err := confine.New(confine.Rules{Folders: []confine.Folder{{Path: args[0]}}}).Process(); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	tree, err := reader.Read(os.Stdin, args[0])
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(tree)
}
