// Package drivers has the kinds of services that the builder asks drivers for:
// what the devices and mounts of a run need, and what machines have. Which driver
// serves what is said in its kconfig, and comes with the kit.
package drivers
