package badoption

// About is an error that something met because of an option whose value is
// right: another image, machine or kit could do what it asks for.
type About struct {
	Option string // name of the field, as "Balloon"
	Err    error
}

func (e *About) Error() string { return e.Option + ": " + e.Err.Error() }

// Unwrap returns the error.
func (e *About) Unwrap() error { return e.Err }
