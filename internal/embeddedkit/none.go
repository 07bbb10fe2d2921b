//go:build !distkit

package embeddedkit

var archive, digest string
