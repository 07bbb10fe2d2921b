package main

// promise is the most that a figure may be, or the least.
type promise struct {
	limit   float64
	unit    string
	atLeast bool
}

// promises are the limits that SPECIFICATION.md has, on the machine that it names. Other figures have as their limit what the
// host takes for the same in the same run.
var promises = map[string]promise{
	"kernel of a C hello with its libc":                  {limit: 63488, unit: "B"},
	"kernel of the Go external PIE":                      {limit: 131072, unit: "B"},
	"link of a kernel for a C hello":                     {limit: 5, unit: "ms"},
	"link of a kernel for the Go external PIE":           {limit: 8, unit: "ms"},
	"link of a kernel for node":                          {limit: 25, unit: "ms"},
	"uk --version":                                       {limit: 3, unit: "ms"},
	"uk build, nothing changed":                          {limit: 8, unit: "ms"},
	"uk build, kernel linked anew":                       {limit: 15, unit: "ms"},
	"uk run of a built hello under KVM, to first output": {limit: 10, unit: "ms"},
	"uk run of a built hello under KVM, to exit":         {limit: 12, unit: "ms"},
	"hello under QEMU TCG microvm, to exit":              {limit: 45, unit: "ms"},
	"least guest memory for hello":                       {limit: 4096, unit: "KB"},
	"uk run of a Go server until its first answer":       {limit: 25, unit: "ms"},
	"nginx, memory for 10,000 idle connections":          {limit: 64, unit: "MB"},
	"iperf3, out of the guest":                           {limit: 5, unit: "Gbit/s", atLeast: true},
	"iperf3, into it":                                    {limit: 5, unit: "Gbit/s", atLeast: true},
}
