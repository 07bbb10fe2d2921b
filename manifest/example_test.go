package manifest_test

import (
	"fmt"
	"log"

	"uk.example/manifest"
)

// A manifest lists what an image holds, and how its program is started.
func Example() {
	m, err := manifest.Parse("usr.manifest", []byte(`
[manifest]
/server: %(bin)s/server
/etc/server.conf: ->/data/server.conf

[app]
command = /server --port %(port)s
memory = 64M
`), manifest.Options{Defines: map[string]string{"bin": "/opt/server", "port": "80"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.App.Command, m.App.Memory>>20, "MB")
	for _, r := range m.Rules {
		fmt.Println(r.Guest, "is", r.Host)
	}
	// Output:
	// [/server --port 80] 64 MB
	// /server is /opt/server/server
	// /etc/server.conf is ->/data/server.conf
}

// A program becomes a manifest with the libraries that it needs.
func ExampleFromBinary() {
	m, err := manifest.FromBinary("/usr/bin/sqlite3", manifest.BinaryOptions{Args: []string{"--version"}})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range m.Entries {
		fmt.Println(e.Guest, "is", e.Host)
	}
}
