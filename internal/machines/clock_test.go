package machines

import (
	"testing"
	"time"
)

// Ages do not change when somebody sets the host's clock.
func TestAges(t *testing.T) {
	real := clock
	t.Cleanup(func() { clock = real })
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	host, since, wall := "first", 100*time.Second, day
	clock.host = func() string { return host }
	clock.now = func() time.Duration { return since }
	clock.wall = func() time.Time { return wall }
	m := &Machine{Record: Record{Created: wall, CreatedAt: moment()}, State: State{Started: wall, StartedAt: moment(), Finished: wall, FinishedAt: moment()}}
	for _, tt := range []struct {
		name  string
		host  string
		since time.Duration
		wall  time.Time
		at    Moment
		want  time.Duration
	}{
		{"as usual", "first", 107 * time.Second, day.Add(7 * time.Second), m.CreatedAt, 7 * time.Second},
		{"set back", "first", 107 * time.Second, day.Add(-time.Hour), m.CreatedAt, 7 * time.Second},
		{"set forward", "first", 107 * time.Second, day.Add(time.Hour), m.CreatedAt, 7 * time.Second},
		{"another start of the host", "second", 5000 * time.Second, day.Add(time.Hour), m.CreatedAt, time.Hour},
		{"another start, set back", "second", 5000 * time.Second, day.Add(-time.Hour), m.CreatedAt, 0},
		{"no moment", "first", 107 * time.Second, day.Add(time.Hour), "", time.Hour},
		{"no clock", "", -1, day.Add(time.Hour), m.CreatedAt, time.Hour},
		{"a lie: later", "first", 107 * time.Second, day.Add(time.Hour), "first+999999999999", time.Hour},
		{"a lie: before", "first", 107 * time.Second, day.Add(time.Hour), "first+-5", time.Hour},
		{"a lie: no number", "first", 107 * time.Second, day.Add(time.Hour), "first+99999999999999999999999", time.Hour},
	} {
		host, since, wall = tt.host, tt.since, tt.wall
		m.CreatedAt, m.StartedAt, m.FinishedAt = tt.at, tt.at, tt.at
		if m.Age() != tt.want || m.Up() != tt.want || m.Ended() != tt.want {
			t.Errorf("%s: %v, %v, %v: want %v", tt.name, m.Age(), m.Up(), m.Ended(), tt.want)
		}
	}
	clock = real
	if a, b := moment(), moment(); a == "" || b.age(time.Time{}) > time.Hour {
		t.Errorf("moments %q and %q", a, b)
	}
}
