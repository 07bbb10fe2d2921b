//go:build !distkit

package embeddedkit

var carried release
