// Package stdio reads and writes for a guest what its runner was given as standard
// input and output, so that no wait outlasts the machine: each ends with a [Stop].
package stdio
