// Package exportedsymbols holds the lists of what a kernel can offer of the C
// library and its relatives: a file for each library, with a name per line. The
// tests of the package make them and compare them with the kit.
package exportedsymbols

import (
	"embed"
	"sync"

	"uk.example/symbols"
)

//go:embed *.symbols x64/*.symbols
var files embed.FS

var load = sync.OnceValues(func() (*symbols.Exported, error) { return symbols.LoadExported(files) })

// Load returns what a kernel can offer of the C library and its relatives.
func Load() (*symbols.Exported, error) { return load() }
