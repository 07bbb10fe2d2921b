package machines

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Restart says when a machine that has ended is started again.
type Restart struct {
	// Policy is RestartNo (also ""), RestartOnFailure, RestartAlways or RestartUnlessStopped. The last two are the
	// same: nothing starts machines when the host does.
	Policy string `json:"policy"`
	// Max is how often, for RestartOnFailure; 0: without end.
	Max int `json:"max,omitempty"`
}

// Policies of Restart.
const (
	RestartNo            = "no"
	RestartOnFailure     = "on-failure"
	RestartAlways        = "always"
	RestartUnlessStopped = "unless-stopped"
)

// ParseRestart reads a policy as people write it: no, on-failure[:N], always, unless-stopped.
func ParseRestart(s string) (Restart, error) {
	policy, max, counted := strings.Cut(s, ":")
	r := Restart{Policy: policy}
	if counted {
		n, err := strconv.Atoi(max)
		if err != nil || n < 1 || policy != RestartOnFailure {
			return r, fmt.Errorf("%q: write no, on-failure, on-failure:N, always or unless-stopped", s)
		}
		r.Max = n
	}
	switch policy {
	case RestartNo, RestartOnFailure, RestartAlways, RestartUnlessStopped:
		return r, nil
	}
	return r, fmt.Errorf("%q: write no, on-failure, on-failure:N, always or unless-stopped", s)
}

func (r Restart) String() string {
	if r.Max > 0 {
		return fmt.Sprintf("%s:%d", r.Policy, r.Max)
	}
	if r.Policy == "" {
		return RestartNo
	}
	return r.Policy
}

// Again tells whether a machine that ended so, after so many restarts, is started once more.
func (r Restart) Again(s State) bool {
	switch {
	case s.Stopped:
		return false
	case r.Policy == RestartAlways || r.Policy == RestartUnlessStopped:
		return true
	case r.Policy == RestartOnFailure:
		return (s.ExitCode != 0 || s.Status == StatusDead) && (r.Max == 0 || s.Restarts < r.Max)
	}
	return false
}

const (
	firstDelay = 100 * time.Millisecond
	lastDelay  = time.Minute
	// settled is how long a machine must have run for the next delay to be the first again.
	settled = 10 * time.Second
)

// nextDelay is how long to wait before a machine is started again that ran for a time, after the delay before.
func nextDelay(before, ran time.Duration) time.Duration {
	if before == 0 || ran >= settled {
		return firstDelay
	}
	return min(2*before, lastDelay)
}
