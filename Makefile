# Thin: each target is a line or two, and the work is done by Maven and by what lies in environment/.
# `make help` lists the targets. Each works as the first command in a fresh clone.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where `make install` puts things: for all users when root, else for you. Jupyter looks in both.
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)

# A whole installation inside the clone, which `run`, `lab` and `test` use and nothing else sees.
TRIAL := $(CURDIR)/build/prefix
QUICK_START := notebooks/tutorials/00-quick-start.ipynb

# Found when they are needed, as provisioning may have to install them first.
JDK = "$$(environment/find-jdk)"
PYTHON = "$$(environment/find-python)"
JUPYTER = JUPYTER_PATH=$(TRIAL)/share/jupyter "$$(environment/find-python jupyter_client nbclient nbconvert)"
MVN = export JAVA_HOME=$(JDK); mvn --batch-mode --no-transfer-progress

SOURCES = $(shell find pom.xml src/pom.xml kernel/pom.xml kernel/package-lock.json .mvn src/main kernel/src/main kernel/kernelspec bpf -type f 2>/dev/null)

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

##### Use

.PHONY: run
run: setup-run build/installed ## set up, build, and execute the quick-start notebook on the running Linux
	@$(JUPYTER) environment/notebook/execute $(QUICK_START) --output build/notebooks

.PHONY: lab
lab: setup-lab build/installed ## set up, build, and open Jupyter on 127.0.0.1 (prints the address)
	@environment/notebook/lab $(TRIAL) notebooks

.PHONY: install
install: setup-install build/jars ## install the kernel for Jupyter (PREFIX=/usr/local for root, else ~/.local)
	@$(PYTHON) kernel/kernelspec/kernelspec install --prefix "$(PREFIX)" --java-home $(JDK)

.PHONY: uninstall
uninstall: ## remove what install put under PREFIX
	@$(PYTHON) kernel/kernelspec/kernelspec uninstall --prefix "$(PREFIX)"

.PHONY: vm
vm: ## a virtual machine with a recent kernel and JupyterLab, by QEMU alone (SKEP_KERNEL, SKEP_PORT, SKEP_CPUS, SKEP_MEMORY)
	@environment/provision/80-vm.sh
	@environment/vm/start

.PHONY: box
box: ## build the boxes for `vagrant up` from Debian packages (SKEP_KERNEL=backports or stable)
	@environment/provision/80-vm.sh
	@environment/vm/box

##### Develop

.PHONY: test
test: setup-test ## set up and run all tests; root, as programs are loaded
	@environment/check/test

.PHONY: test-vm
test-vm: setup-test ## only the tests of environment/kernels.txt's kernels, each in a machine of its own
	@$(MVN) --quiet -DskipTests package
	@environment/vm/test

.PHONY: check
check: setup-test ## look at the sources without running them: format, shell scripts
	@environment/check/sources

.PHONY: format
format: ## format Java and C
	@$(MVN) --quiet spotless:apply
	@environment/check/sources --format-c

.PHONY: bench
bench: bench-kernel bench-cells bench-maps bench-events ## all benchmarks

.PHONY: bench-kernel
bench-kernel: setup-test build/installed ## the notebook kernel beside Jupyter's Python kernel
	@$(JUPYTER) kernel/bench/bench

.PHONY: bench-cells
bench-cells: setup-test build/installed ## a cell of C from the request to attached, beside clang and libbpf by hand, bpftrace and bcc
	@$(JUPYTER) kernel/bench/cells

.PHONY: bench-maps
bench-maps: setup-test ## maps into tables beside a C program that reads the same maps, with the ratios to reach
	@$(MVN) --quiet -Pquick -DskipTests package -pl src
	@src/bench/maps

.PHONY: bench-events
bench-events: setup-test ## events of a ring beside C that reads the same ring (SOAK=600 seconds at full rate)
	@$(MVN) --quiet -Pquick -DskipTests package
	@src/bench/events $(or $(SOAK),600)

.PHONY: bench-corpus
bench-corpus: setup-test ## how many of the BPF programs below FOLDER=... work in a cell (INCLUDE="DIR ...", DETAILS=FILE)
	@test -n "$(FOLDER)" || { echo "name a folder: make bench-corpus FOLDER=DIR" >&2; exit 2; }
	@$(MVN) --quiet -Pquick -DskipTests package
	@kernel/bench/corpus $(foreach folder,$(INCLUDE),--include $(folder)) $(if $(DETAILS),--details $(DETAILS)) "$(FOLDER)"

.PHONY: setup-run setup-install setup-lab setup-test
setup-run setup-install setup-lab setup-test: setup-%:
	@environment/provision/provision $*

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf build target src/target kernel/target

# The jars, built again when a source is newer. Without tests and lint, which are for `test`.
build/jars: $(SOURCES)
	@echo "  build     compiling (the first time also fetches what Maven needs) ..."
	@$(MVN) --quiet -Pquick -Dmaven.test.skip=true package
	@mkdir -p $(@D) && touch $@

# The JDK that is there: another one makes the installation anew, which starts the kernel by its path, from a cache made for it.
build/jdk: FORCE
	@mkdir -p $(@D); jdk=$(JDK); { echo "$$jdk"; cat "$$jdk/release"; } >$@.new
	@if cmp --quiet $@.new $@; then rm $@.new; else mv $@.new $@; fi

.PHONY: FORCE
FORCE:

build/installed: build/jars build/jdk
	@$(PYTHON) kernel/kernelspec/kernelspec install --prefix $(TRIAL) --java-home $(JDK)
	@touch $@
