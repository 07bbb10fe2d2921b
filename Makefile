# Everything a person runs: make, make run, make test, make bench, make kit.
# The kit (the guest's parts, ready to be linked) is built by kernel/kit/kit.mk.
MAKEFLAGS += --no-print-directory
JOBS ?= $(shell nproc)
export PATH := $(PATH):/usr/local/go/bin

.PHONY: all kit uk setup run test bench clean hello-kernel
all: kit uk

# Installs what is missing on a Debian 12 machine; silent and quick when nothing is.
setup:
	@kernel/kit/setup.sh

kit:
	@$(MAKE) -s -j$(JOBS) -f kernel/kit/kit.mk

uk:
	@go build -o build/uk ./cmd/uk

run: setup kit uk
	@$(MAKE) -s -C apps/native-example
	@build/uk run apps/native-example

test: setup kit uk
	@go vet ./...
	@go test ./...

bench: setup kit uk
	@go test -run '^$$' -bench . ./tests/...

hello-kernel:
	@$(MAKE) -s -j$(JOBS) -f kernel/kit/kit.mk build/hello-kernel.elf

clean:
	@rm -rf build
