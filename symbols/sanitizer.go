package symbols

// sanitizerWords say why a sanitizer's runtime wants glibc itself.
const sanitizerWords = "a sanitizer's runtime looks up glibc's own functions, which it takes the place of"

// Sanitized reports whether a file of the image holds the runtime of AddressSanitizer, ThreadSanitizer or LeakSanitizer,
// as a library or linked in. These take the place of glibc's allocator down to its internal name, and look up by version
// the functions that they wrap, which nothing else does. UndefinedBehaviorSanitizer's replaces no allocator, and gets
// along with the kernel's C library.
func (r *Result) Sanitized() bool {
	for i := range r.Files {
		if r.Files[i].Sanitizer {
			return true
		}
	}
	return false
}
