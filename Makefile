# make deps         install what is missing: libyaml, zlib, libpng, libcurl, libcrypto
# make build        the release binary, .build/release/nsl-run
# make run          the quickstart on built-in data, then a diff with its committed baseline
# make test         all tests
# make install      program, man page and completions below PREFIX (/usr/local), or DESTDIR/PREFIX
# make uninstall    remove them
# make dist         the release archive, .build/dist/nsl-run-VERSION-linux-ARCHITECTURE.tar.gz
# make lint         format and style, strictly
# make format       rewrite the sources in the house style
# make bench        our times beside the processor's peak, and of attacks on 1,000 images
# make bench-peers  TensorFlow + NSL, PyTorch and torchattacks on the same work, in an environment
#                   of their own
# make bench-plans  time and memory of plans of 100,000 points
# make bench-sweeps processor time and memory of sweeps of 300 to 10,000 trivial points
# make bench-tables time and memory of comparing tables of 100,000 rows
# make clean        remove what was built

.PHONY: deps build run test install uninstall dist lint format bench bench-peers bench-plans \
  bench-sweeps bench-tables clean
SWIFT ?= swift
BINARY ?= .build/release/nsl-run
SOURCES := Package.swift Sources Tests Benchmarks

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
BASH_COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d
DIST ?= .build/dist

deps:
	@./.ci/dependencies

build: deps
	$(SWIFT) build -c release --product nsl-run

run: build
	$(BINARY) experiments/quickstart.yaml
	$(BINARY) diff experiments/quickstart.yaml

# No test needs @testable, for which everything would be compiled a second time.
test: deps
	$(SWIFT) test -c release --disable-testable-imports

# Under sudo there may be no Swift; then what `make build` has made is installed.
install: $(if $(shell command -v $(SWIFT)),build)
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(BASH_COMPLETIONS) \
	  $(DESTDIR)$(ZSH_COMPLETIONS) $(DESTDIR)$(FISH_COMPLETIONS)
	install -s -m 755 $(BINARY) $(DESTDIR)$(BINDIR)/nsl-run
	$(BINARY) manual > $(DESTDIR)$(MANDIR)/man1/nsl-run.1
	$(BINARY) --generate-completion-script bash > $(DESTDIR)$(BASH_COMPLETIONS)/nsl-run
	$(BINARY) --generate-completion-script zsh > $(DESTDIR)$(ZSH_COMPLETIONS)/_nsl-run
	$(BINARY) --generate-completion-script fish > $(DESTDIR)$(FISH_COMPLETIONS)/nsl-run.fish

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/nsl-run $(DESTDIR)$(MANDIR)/man1/nsl-run.1 \
	  $(DESTDIR)$(BASH_COMPLETIONS)/nsl-run $(DESTDIR)$(ZSH_COMPLETIONS)/_nsl-run \
	  $(DESTDIR)$(FISH_COMPLETIONS)/nsl-run.fish

dist: build
	./.ci/dist $(BINARY) $(DIST)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

bench: deps
	$(SWIFT) run -c release nsl-bench

bench-peers: deps
	$(SWIFT) build -c release --product nsl-bench
	./Benchmarks/peers/run
	./Benchmarks/peers/attacks

bench-plans: build
	./Benchmarks/plans/run

bench-sweeps: build
	./Benchmarks/sweeps/run

bench-tables: build
	./Benchmarks/tables/run

clean:
	rm -rf .build
