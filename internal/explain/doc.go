// Package explain tells why an image is as it is and what that costs: [Why]
// follows what keeps a part of a kernel, [MakeReport] adds up sizes and measures a
// boot, [Inspect] lists what a file holds, and [Config] compares drivers and
// profiles by linking kernels with and without them.
package explain
