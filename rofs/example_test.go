package rofs_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"log"

	"uk.example/rofs"
)

// An image is written in one pass, checked, and read as any file system of Go's.
func Example() {
	var image bytes.Buffer
	stats, err := rofs.Write(context.Background(), &image, []rofs.Entry{
		{Path: "/etc/motd", Data: []byte("hello\n")},
		{Path: "/etc/issue", Link: "motd"},
		{Path: "/tmp", Dir: true},
	}, rofs.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Files, "file,", stats.Dirs, "folders,", stats.Links, "link")

	r := bytes.NewReader(image.Bytes())
	if problems, err := rofs.Check(r, r.Size()); err != nil || len(problems) > 0 {
		log.Fatal(problems, err)
	}
	files, err := rofs.NewFS(r, r.Size())
	if err != nil {
		log.Fatal(err)
	}
	text, err := fs.ReadFile(files, "etc/issue")
	fmt.Printf("%q %v\n", text, err)
	// Output:
	// 1 file, 3 folders, 1 link
	// "hello\n" <nil>
}
