// Package cache has the folders where things are kept between runs of the
// command: kernels that were linked, what was found in large files, kits that
// releases carry; and where images are that live as long as one run. They are
// this user's alone, as who can write there chooses what kernel is booted.
package cache
