//go:build distkit

package embeddedkit

import _ "embed"

//go:embed kit.tar.gz
var archive string

//go:embed kit.sha256
var digest string

//go:embed kit.files
var files string

var carried = release{archive, digest, files}
