//go:build distkit

package embeddedkit

import _ "embed"

// archive is a kit as .tar.gz, and digest its SHA-256 as sha256sum prints it; both are made by "make dist".
//
//go:embed kit.tar.gz
var archive string

//go:embed kit.sha256
var digest string
