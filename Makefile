# The targets with a comment after ## are what `make help` shows.
SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-print-directory

# The tools are pinned in a module of their own, apart from what users import.
TOOL := go tool -modfile=internal/tools/go.mod
K6   := v2.2.0

SOURCES := $(shell find . -name '*.go' -not -name '*_test.go' -not -path './.git/*') \
	$(wildcard scenarios/*.js) go.mod go.sum

# What may be set: make bench BENCH=Turn, make test PKG=./internal/retry, …
PKG      ?= ./...
SCENARIO ?= kounta-friday
OUT      ?= out
ENGINE   ?= docker
BENCH    ?= .
BENCHPKG ?= $(sort $(dir $(shell grep -rl --include='*_test.go' '^func Benchmark' . | grep -v /testdata/)))
FUZZTIME ?= 20s
CHECKS   ?= 1000
RAPIDPKG ?= $(sort $(dir $(shell grep -rl --include='*_test.go' 'pgregory.net/rapid' . | grep -v /testdata/)))
FIX      ?=

# The reaper's image is not needed, since every backend ends by itself when its
# harness does; and load only ever goes to this machine's own loopback.
export TESTCONTAINERS_RYUK_DISABLED   := true
export TESTCONTAINERS_HOST_OVERRIDE   := 127.0.0.1

.PHONY: help build run test race conformance truth scale durability lint bench fuzz search golden incidents pictures xk6 ci

help: ## Show this
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: bin/retrystorm ## Build bin/retrystorm, one static binary

bin/retrystorm: $(SOURCES)
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o $@ ./cmd/retrystorm

run: build ## Run the Kounta Friday, both clients, and write out/: the result and its reports
	bin/retrystorm run $(SCENARIO) --out $(OUT)

# The last lines are the tests that were skipped or failed, each with its reason,
# and the totals. Some tests run a k6 with the extension, by its path.
# Those that run in real time mostly wait, so that four of a package and four packages
# go side by side; what compiles or only computes gives way to them.
GOTEST := $(TOOL) gotestsum --format standard-quiet -- -timeout 20m -parallel 4 -p 4 \
	-toolexec 'nice -n 15' -exec '$(CURDIR)/.ci/yield'

# The packages that take longest begin first, or the last one runs alone.
LONGEST := ./scenarios ./cmd/retrystorm ./internal/harness
PACKAGES = $(if $(filter ./...,$(PKG)),$(LONGEST)) $(PKG)

# The tests whose samples are smaller under the race detector (internal/race),
# which make test also runs without it. One goroutine has no races.
SAMPLED    := BuildComparedWithItself|FigureThatIsMostlyZero|FigureOutOfRange|RaisesAnAlarm|RunThatGoesOn|QueueingTheory|AnyHorizon|TrialsAnswerInTheirOrder|WithoutATrigger|FinalVerdicts|HealthyRuns|ChanceAlone|AmidChance|SoundWhatever|LargeResults|OneFaultInAVariant|BruteForce|AdviceIsTheSame|OverloadedPlan|ToldItsMargins|QueueIsOverloaded
SAMPLEDPKG := ./internal/advice ./internal/campaign ./internal/capacity ./internal/experiment ./internal/sim ./internal/verdict ./reports ./reports/compare ./reports/page
test race: export RETRYSTORM_K6 := $(CURDIR)/bin/k6

# What rapid draws is the same each time, so that no change fails for what another
# one broke; `make search` and `go test` by hand draw anew.
test race: export RAPID_SEED ?= 1

test: build bin/k6 ## Run all tests, with the race detector where there is a C compiler
	@if command -v "$${CC:-gcc}" >/dev/null; then CGO_ENABLED=1 $(GOTEST) -race $(PACKAGES); \
		if [ '$(PKG)' = ./... ]; then $(GOTEST) -short -run '$(SAMPLED)' $(SAMPLEDPKG); fi; else \
		echo '!!! no C compiler: the tests run WITHOUT the race detector'; CGO_ENABLED=0 $(GOTEST) $(PKG); fi

race: build bin/k6 ## Run all tests with the race detector, or fail
	CGO_ENABLED=1 $(GOTEST) -race $(PKG)

conformance: ## Compare the simulator with the real backend, and OSDI'22 in containers: 12 minutes alone on the machine
	RETRYSTORM_CONFORMANCE=1 go test -p 1 -count=1 -timeout 30m -run 'Agrees|Container' -v ./internal/conformance ./scenarios

truth: ## Judge 1,000 random scenes at ten horizons each and watch them 50 times longer; 2,000 healthy runs: 20 minutes on two cores
	RETRYSTORM_TRUTH=1000 go test -count=1 -timeout 90m -run 'FinalVerdicts|Healthy|BruteForce|EachValueTried' -v ./internal/campaign ./internal/advice ./internal/capacity

scale: ## Simulate the incidents at their true length, and Kounta's Sunday with fifty seeds: some minutes on two cores
	RETRYSTORM_SCALE=1 go test -count=1 -timeout 60m -run 'FullScale|KountaSunday' -v ./scenarios

durability: ## Kill the fake backend 500 times in the middle of its commits, and compare its disk with what it acknowledged
	RETRYSTORM_DURABILITY=500 go test -count=1 -timeout 30m -run HoweverOften -v ./fakes

lint: ## Run golangci-lint as .golangci.yml says; FIX=--fix mends what it can
	go vet ./...
	$(TOOL) golangci-lint run $(FIX) ./...

bench: build ## Run the benchmarks: BENCH=regexp, BENCHPKG=packages
	go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 30m $(BENCHPKG)

# Go shrinks what it finds interesting for up to a minute each time unless told
# to stop, which would leave no time to search.
fuzz: ## Fuzz everything that parses: FUZZTIME=20s for each
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | grep -v /testdata/ | sort | while IFS=: read -r file name; do \
		echo "$$file: $${name#func }"; \
		go test -run '^$$' -fuzz "^$${name#func }\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname "$$file")"; \
	done

search: ## Check what rapid draws with new seeds: CHECKS=1000 for each property
	RAPID_CHECKS=$(CHECKS) go test -count=1 -timeout 60m $(RAPIDPKG)

golden: ## Write the golden files and traces anew; look at the diff
	@for pair in 'gotest.tools/v3/golden update' 'internal/trace" rewrite'; do \
		for dir in $$(grep -rlF --include='*_test.go' "$${pair% *}" . | xargs -r -n1 dirname | sort -u); do \
			go test "$$dir" "-$${pair##* }"; \
		done; \
	done

# The five incidents of docs/incidents: the scenario, and the page that tells of it.
INCIDENTS := kounta-friday:kounta livepos-2015:livepos avr-2012:avr everybodysmile:everybodysmile salonmonster:salonmonster

incidents: build ## Run the five incidents in containers, each as it is expected to come out: at most 25 minutes; ENGINE=local for processes
	ENGINE=$(ENGINE) BOUND=1440 OUT=$(OUT)/incidents .ci/incidents $(foreach i,$(INCIDENTS),$(firstword $(subst :, ,$(i))))

pictures: build ## Draw docs/incidents/*.svg anew, from simulated runs
	@for i in $(INCIDENTS) kounta-sunday:kounta-sunday; do \
		bin/retrystorm run "$${i%:*}" --engine sim --quiet --out "$(OUT)/pictures/$${i%:*}" >/dev/null; \
		bin/retrystorm report "$(OUT)/pictures/$${i%:*}" --format svg --out "docs/incidents/$${i#*:}.svg"; \
	done

# The checks of xk6 lint that are left out, and why:
#   security       needs a gosec in the path; golangci-lint runs gosec already
#   vulnerability  needs govulncheck, and its database from the network
#   versions       there is no release yet, so no tag
#   smoke          passes k6 a flag that k6 v2 no longer has (--no-summary)
#   examples       looks in examples/; ours are in scenarios/
#   codeowners     is for extensions that Grafana maintains
XK6LINT := module,replace,readme,license,git,build,types

xk6: bin/k6 ## Build bin/k6, a k6 with this extension, and check the extension with xk6 lint
	go tool xk6 lint --enable-only $(XK6LINT)

bin/k6: $(SOURCES)
	@mkdir -p $(@D)
	go tool xk6 build $(K6) --cgo=0 --with github.com/retrystorm/retrystorm=. --output $@

ci: ## Do what CI does, from a bare machine on
	.ci/run
