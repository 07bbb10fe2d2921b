package symbols

import (
	"io/fs"
	"os"

	"uk.example/internal/facts"
)

// Memo keeps what takes long to find in a file, for further analyses of it: a plan is made anew where the image is to
// bring the host's C library. A nil Memo keeps nothing. It is not for concurrent use.
type Memo struct {
	// Facts has what earlier runs of the command found; nil: nothing.
	Facts *facts.Store

	found map[memoKey]memoFact
}

type memoKey struct{ host, what string }

// memoFact is what was found, in the file as it was then.
type memoFact struct {
	st    fs.FileInfo
	value any
}

// kept returns what find finds in the file host, as m has it if the file is the same still. what names it. A T must be the
// same when it comes back from JSON.
func kept[T any](m *Memo, host, what string, find func() (T, error)) (T, error) {
	if m == nil || host == "" {
		return find()
	}
	st, err := os.Stat(host)
	if err != nil {
		return find()
	}
	key := memoKey{host, what}
	if was, ok := m.found[key]; ok && os.SameFile(was.st, st) && was.st.Size() == st.Size() && was.st.ModTime().Equal(st.ModTime()) {
		return was.value.(T), nil
	}
	value, err := facts.Of(m.Facts, host, what, find)
	if err != nil {
		return value, err
	}
	if m.found == nil {
		m.found = make(map[memoKey]memoFact)
	}
	m.found[key] = memoFact{st, value}
	return value, nil
}
