# make deps         install what is missing: libyaml, oneDNN, zlib, libpng, libcurl, libcrypto
# make build        the release binary, .build/release/nsl-run
# make run          the quickstart on built-in data, then a diff with its committed baseline
# make test         all tests
# make lint         format and style, strictly
# make format       rewrite the sources in the house style
# make bench        our times beside the processor's peak
# make bench-peers  TensorFlow + NSL and PyTorch on the same work, in a temporary environment
# make bench-plans  time and memory of plans of 100,000 points
# make clean        remove what was built

.PHONY: deps build run test lint format bench bench-peers bench-plans clean
SWIFT ?= swift
BINARY := .build/release/nsl-run
SOURCES := Package.swift Sources Tests Benchmarks

deps:
	@./.ci/dependencies

build: deps
	$(SWIFT) build -c release --product nsl-run

run: build
	$(BINARY) experiments/quickstart.yaml
	$(BINARY) diff experiments/quickstart.yaml

test: deps
	$(SWIFT) test -c release

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

bench: deps
	$(SWIFT) run -c release nsl-bench

bench-peers: bench
	./Benchmarks/peers/run

bench-plans: build
	./Benchmarks/plans/run

clean:
	rm -rf .build
