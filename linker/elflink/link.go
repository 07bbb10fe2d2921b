package elflink

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// Input says what to link.
type Input struct {
	Index   *Index // of the archives in link order; all of the first is linked, and dropped again if nothing refers to it
	Layout  *Layout
	Roots   []Root   // symbols that must be linked and kept
	Exports []string // of these names symbols are offered to programs, if they are defined and not hidden
	// Rename gives the name that an undefined symbol of an archive's member stands for. May be nil.
	Rename func(archive, member, name string) string
	// Debug asks for Image.Debug.
	Debug bool
	// ABIVersion goes into the file's header (EI_ABIVERSION).
	ABIVersion uint8
}

// Root is a symbol that is kept.
type Root struct {
	Symbol string
	Late   bool // what keeps a section is rather anything else
}

// SectionID numbers the sections of all objects of a link, in the order in which they were read; 0 is none.
type SectionID int32

// SymbolID numbers the global names of a link, in the order in which they were met; 0 is none.
type SymbolID int32

// linker is the state of a link; the passes fill it in order.
type linker struct {
	in       *Input
	numbers  []SymbolID          // of the index's names; 0: not met yet
	others   map[string]SymbolID // of names that no archive defines
	index    []byte              // the bytes of Input.Index
	archives [][]byte            // content of the index's archives, as far as it is wanted
	unmap    []func()
	classes  []sectionClass // of sections, by number
	idRoom   []SectionID    // for objects
	symbols  []symbol
	sections []section
	objects  []*object
	groups   map[uint32]bool // COMDAT groups that were read, by their names
	sealed   bool            // no section is added any more
	debug    bool            // sections that are not loaded are read too
	twice    []string        // definitions of a name that has one

	entry    SymbolID
	order    []SectionID // live sections, in the order in which they were found
	roots    []KeptRoot
	walked   int     // how many of order were followed
	nowhere  []user  // who refers to names that no section defines
	pieceUse []place // what live sections refer to of mergeable sections

	slots   []slot          // of the GOT
	slotOf  map[slotKey]int // index in slots
	pools   []*pool
	got     []byte
	dynamic dynamicTables
	madeAt  [Dynamic + 1]uint64 // addresses of tables
	madeIn  [Dynamic + 1]*output

	outs     []*output
	segments []segmentRange
	tls      tlsRange
	image    Image
}

// place is an offset in a section.
type place struct {
	section SectionID
	offset  uint64
}

// Pass is how long a pass of a link took.
type Pass struct {
	Name string
	Took time.Duration
}

// Link links.
func Link(ctx context.Context, in *Input) (*Image, error) {
	l := &linker{in: in, debug: in.Debug}
	defer l.closeFiles()
	if in.Debug && in.Index.stripped {
		return nil, errors.New("link: an index without debugging information")
	}
	for _, p := range []struct {
		name string
		do   func() error
	}{
		{"resolve", l.resolve},   // every object that is linked is read, every global name has its definition or none
		{"live", l.live},         // order holds what is kept; each section says what keeps it
		{"assign", l.assign},     // each kept section knows the part of the layout that takes it
		{"got", l.makeGOT},       // each reference through the GOT is marked plain, or its symbol has a slot
		{"merge", l.mergePieces}, // each used piece of a mergeable section has a place in a pool
		{"tables", l.makeTables}, // the dynamic tables have their sizes
		{"layout", l.layout},     // outputs, sections, pools and symbols have addresses
		{"finish", l.finish},     // outputs have their bytes and image.Kernel is the file; image describes it
	} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := guarded(p.do); err != nil {
			return nil, err
		}
		l.image.Passes = append(l.image.Passes, Pass{p.name, time.Since(start)})
	}
	return &l.image, nil
}

// finish fills the outputs and writes the file, and at the same time describes what is in it: neither changes what the
// other reads.
func (l *linker) finish() error {
	described := make(chan error)
	go func() { described <- guarded(l.describe) }()
	err := l.relocate()
	if err == nil {
		err = l.write()
		l.image.Symbols = l.symbolList()
	}
	err = cmp.Or(err, <-described)
	if err == nil && l.in.Debug {
		l.image.Debug, err = l.debugFile()
	}
	return err
}

// ObjectError is a fault of an object file.
type ObjectError struct {
	File string // archive(member)
	Msg  string
}

func (e *ObjectError) Error() string {
	return fmt.Sprintf("%s: %s: rebuild the kit with `make kit`", e.File, e.Msg)
}
