// Package drivers has the names of the drivers that the builder chooses by
// itself: those that the devices and mounts of a run need. All else about a
// driver comes from its kconfig, with the kit.
package drivers
