// Package image reads and checks images as they are on disk: a folder with a
// kernel, a root file system, and uk.json, which ties them together by their
// hashes and says how the program is run. No other package knows the names and
// the form of these files. An image may be hostile: what is wrong with it is an
// [Error] of one line, which names the file and the fix.
package image
