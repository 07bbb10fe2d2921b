# What a person runs:
#   make run      install what is missing, build, make an image of apps/native-example and boot it
#   make test     the same set-up, then every test
#   make check    formatting, go vet, staticcheck, and the tests that boot nothing;  make fmt, lint, race, fuzz: see CONTRIBUTING.md
#   make bench    sizes and times
#   make bench-compare BASE=REVISION: times of this tree beside those of another revision, by pairs; fails if something is slower
#   make lockcheck: build/kit/lockcheck, a kit whose kernels look at the order of their locks (docs/locking.md)
#   make soak     a million requests beside clients that behave badly, then hostile guests on all devices: an hour
#   make conformance [SUITES=go-static,cpython] [ONLY=regexp] [LIBC_TEST=folder] [RESULTS=file]: other people's tests on host and guest
#   make install [PREFIX=/usr/local] [DESTDIR=folder]: what was built, for every user of this machine
#   make dist [DIST=build/dist] [FORMATS=tar.gz]: a release: uk-VERSION-linux-amd64.tar.gz and .deb, whose command needs no kit beside it
#   make module-path MODULE=example.com/you/uk: gives the Go module the path under which it is published
#   make help     these lines
#   make          build/uk, what it starts (build/uk-*) and the kit;  make kit, make uk: one of them
# The kit (the guest's parts, ready to be linked) is built by kernel/kit/kit.mk.
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc)
# Where setup puts Go if the system has none, and where Go's own installer does.
export PATH := /usr/local/lib/uk-go/bin:$(PATH):/usr/local/go/bin

.PHONY: module-path lockcheck fmt lint check race fuzz all kit uk setup setup-run run test docs bench bench-compare soak clean install dist help conformance
all: kit uk

setup:
	@kernel/kit/setup.sh test
setup-run:
	@kernel/kit/setup.sh run

# One at a time: tests and people may ask for the kit at once.
KIT_MAKE = mkdir -p build && flock build/.lock $(MAKE) -s -j$(JOBS) -f kernel/kit/kit.mk

# A kit whose kernel looks at its locks (docs/locking.md): UK_KIT=build/kit/lockcheck build/uk run ...
lockcheck: kit
	@$(KIT_MAKE) lockcheck

# What is missing is installed by setup only, which these do not run: people and tests build often.
need = @command -v $(1) >/dev/null || { echo "$(1) is missing: make run installs what a build needs, or run kernel/kit/setup.sh run as root" >&2; exit 1; }

# Both are silent, but for the first time.
kit:
	$(call need,gcc)
	$(call need,go)
	@[ -e build/kit/x64/kit.json ] || echo "building the kit: a kernel and a C library for guests, a minute or two of compiling"
	@$(KIT_MAKE)

# Compiled as for a release, which then has little left to compile; "make test" shares it, too.
GO_BUILD = CGO_ENABLED=0 go build -trimpath
uk:
	$(call need,go)
	@[ -e build/uk ] || echo "building the command, build/uk"
	@$(GO_BUILD) -ldflags '-E main.entry' -o build/uk ./cmd/uk && \
	$(GO_BUILD) -ldflags '-s -w' -o build/uk-net ./cmd/uk-net && \
	$(GO_BUILD) -ldflags '-s -w' -o build/uk-archive ./cmd/uk-archive && \
	$(GO_BUILD) -ldflags '-s -w' -o build/uk-metrics ./cmd/uk-metrics || \
	{ go version | grep -Eq 'go1\.(1?[0-9]|20)[. ]' && echo "this Go is too old: make run fetches a newer one, or run kernel/kit/setup.sh run as root" >&2; exit 1; }

run: setup-run
	@$(MAKE) all
	@$(MAKE) -s -C apps/native-example
	@build/uk run apps/native-example

test: setup
	@$(MAKE) all
	@go vet -trimpath ./...
	@go test -trimpath -timeout 45m ./...

go_files = $$(git ls-files '*.go')
fmt:
	@gofmt -l -w $(go_files)

# Staticcheck is a tool of a module of its own: who imports this one gets nothing of it.
lint:
	@unformatted=$$(gofmt -l $(go_files)) && [ -z "$$unformatted" ] || { echo "$$unformatted: make fmt formats this" >&2; exit 1; }
	@go vet ./...
	@go tool -modfile=internal/lint/go.mod staticcheck ./...

# The packages whose tests boot no guest.
quick = $$(go list ./... | grep -v -e /tests -e '/cmd/uk$$' -e /kvmboot -e /internal/conformance -e /internal/bench -e "^$$(go list -m)\$$")
check: all lint
	@go test $(quick)
race: all
	@CGO_ENABLED=1 go test -race $(quick)

# Nobody owns the name that the module's path begins with (RFC 2606). Who publishes the module gives it the path that it is fetched by.
module-path:
	$(call need,go)
	@[ -n '$(MODULE)' ] || { echo "name the new path: make module-path MODULE=example.com/you/uk" >&2; exit 1; }
	@old=$$(go list -m) && escaped=$$(echo "$$old" | sed 's/\./\\./g') && find . \( -path ./build -o -path ./.git \) -prune -o -type f -print0 | \
	xargs -0 grep -lIF "$$old" | xargs sed -i "s|$$escaped|$(MODULE)|g"
	@gofmt -w $$(find . -path ./build -prune -o -name '*.go' -print)

FUZZTIME ?= 10s
fuzz:
	@git grep -l '^func Fuzz' -- '*_test.go' | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$$file"); do \
			echo "$$file: $$target"; go test "./$${file%/*}" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) < /dev/null || exit 1; \
		done; done

# What is made of the sources: the list of system calls.
docs: kit
	@build/mkkit levels -kernel build/kit/x64/libkernel.a > docs/syscalls.md.tmp && mv docs/syscalls.md.tmp docs/syscalls.md

bench: setup
	@$(MAKE) all
	@UK_KIT=$(CURDIR)/build/kit/x64 go run ./internal/bench

ROUNDS ?= 40
bench-compare:
	@[ -n '$(BASE)' ] || { echo "name the revision to compare with: make bench-compare BASE=HEAD~1" >&2; exit 1; }
	@$(MAKE) all
	@base=$$(internal/bench/base.sh '$(BASE)') && UK_KIT=$(CURDIR)/build/kit/x64 go run ./internal/bench -base "$$base" -rounds $(ROUNDS)

soak: setup
	@$(MAKE) all
	@UK_SOAK_REQUESTS=1000000 go test ./tests -count=1 -timeout 2h -run 'TestBadDays|TestFlood|TestBacklog'
	@UK_SOAK_DISKS=1000 go test ./kernel/fs/test -count=1 -timeout 1h -run TestExt4Unflushed
	@UK_SOAK_SECONDS=450 go test ./kvmboot -count=1 -timeout 2h -run TestSoak
	@UK_HOSTILE_ROUNDS=1000 go test ./kvmboot -count=1 -timeout 3h -run TestHostileGuest

conformance: setup
	@$(MAKE) all
	@go run ./internal/conformance/run $(if $(SUITES),--suites $(SUITES)) $(if $(ONLY),--only '$(ONLY)') $(if $(LIBC_TEST),--libc-test $(LIBC_TEST)) $(if $(RESULTS),--results $(RESULTS))

# The command, what it starts, the kit where it looks for one (internal/kits), and completion for bash. Builds nothing, as root
# may have another Go.
PREFIX ?= /usr/local
install:
	@[ -e build/kit/x64/kit.json ] && [ -e build/uk-metrics ] || { echo "nothing is built yet: run make as yourself first" >&2; exit 1; }
	@umask 022 && to='$(DESTDIR)$(PREFIX)' && mkdir -p "$$to/bin" "$$to/lib/uk/kit" "$$to/share/bash-completion/completions" && \
	install build/uk build/uk-archive build/uk-net build/uk-metrics "$$to/bin" && \
	rm -rf "$$to/lib/uk/kit/x64" && cp -r build/kit/x64 "$$to/lib/uk/kit/x64" && chmod -R u+w,a+rX "$$to/lib/uk" && \
	build/uk completion bash > "$$to/share/bash-completion/completions/uk"

DIST ?= build/dist
FORMATS ?= tar.gz deb
dist:
	@$(MAKE) all
	@mkdir -p build && flock build/.dist.lock internal/dist/dist.sh '$(DIST)' '$(FORMATS)' && ls '$(DIST)'

help:
	@sed -n '/^MAKEFLAGS/q; s/^# \{0,1\}//p' Makefile

clean:
	@rm -rf build
