package tests

// featureRows are programs that use one feature of Linux's files each, from
// all sides, compared call by call with the host.
func featureRows() []program {
	return []program{
		{name: "fs-splice", build: c("fs/splice.c"), tcg: true},
		{name: "fs-splice-static", build: c("fs/splice.c", "-static")},
	}
}
