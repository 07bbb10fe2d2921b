package uk_test

import (
	"context"
	"log"
	"os"

	"uk.example"
)

// A program of this machine becomes an image, which runs in a guest.
func Example() {
	ctx := context.Background()
	img, err := uk.Build(ctx, uk.Options{Binary: "/usr/bin/uname", Args: []string{"-s"}, Output: "uname.uk"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := img.Run(ctx, uk.RunOptions{Stdout: os.Stdout, ProgramStderr: os.Stderr}); err != nil {
		log.Fatal(err)
	}
}
