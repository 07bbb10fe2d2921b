// Package export writes what boots a machine's configuration under hypervisors that
// this project does not start: a command for Cloud Hypervisor, a configuration file for
// Firecracker.
package export
