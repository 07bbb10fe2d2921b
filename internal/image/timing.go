package image

import (
	"time"
)

// Timing says how long the steps of a build took.
type Timing struct {
	Resolve time.Duration `json:"resolve"` // manifest and libraries
	Analyze time.Duration `json:"analyze"` // symbols
	Link    time.Duration `json:"link"`
	Pack    time.Duration `json:"pack"`
	Total   time.Duration `json:"total"`
}
