# SPDX-License-Identifier: GPL-2.0-or-later
#
#   make          build ./conntop          make deps     install what is missing for it
#   make run      deps, build, start       make check    deps, build, every test
#   make install  PREFIX=/usr/local DESTDIR=
#
# V=1 shows commands; WERROR=1 turns warnings into errors; SAN=1 builds with ASan and UBSan.

PREFIX  ?= /usr/local
BUILD   ?= build
CLANG   ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
CFLAGS  ?= -O2 -g

# --- packages: the only list there is -------------------------------------------------------------

DEBIAN_BUILD := gcc libc6-dev make pkg-config clang llvm bpftool libbpf-dev libelf-dev zlib1g-dev \
	libncurses-dev uthash-dev libjson-c-dev libinih-dev libcap-ng-dev \
	libseccomp-dev
DEBIAN_TEST  := libcmocka-dev tmux python3 iproute2 clang-format clang-tidy cppcheck mandoc \
	shellcheck pyflakes3 valgrind procps strace qemu-system-x86 busybox-static libbpf-tools \
	cpio python3-jsonschema libclang-rt-dev
DEBIAN_BENCH := binutils python3 iproute2
DEBIAN_PEERS := libbpf-tools bpftrace iftop nethogs htop iperf3

# --- what is built --------------------------------------------------------------------------------

ifeq ($(BUILD),build)
PROGRAM := conntop
else
PROGRAM := $(BUILD)/conntop
endif

# Definitions first: libbpf 1.1's linker gives a map met first as extern the offset 0.
BPF_SRCS   := bpf/maps.bpf.c $(filter-out bpf/maps.bpf.c,$(sort $(wildcard bpf/*.bpf.c)))
BPF_OBJS   := $(BPF_SRCS:%.bpf.c=$(BUILD)/%.bpf.o)
SKELETON   := $(BUILD)/conntop.skel.h
# What needs ncurses, libbpf or libcap-ng; unit tests link the rest and put fakes in their place.
SHELL_SRCS := tui/screen/colors.c tui/screen/curses.c tui/source/iterate.c \
	tui/source/kernel.c tui/source/live.c tui/source/programs.c tui/privileges.c
SHELL_OBJS := $(SHELL_SRCS:%.c=$(BUILD)/%.o)
CORE_SRCS  := $(filter-out tui/main.c tui/static.c $(SHELL_SRCS), \
	$(sort $(wildcard tui/*.c tui/*/*.c)))
CORE_OBJS  := $(CORE_SRCS:%.c=$(BUILD)/%.o)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
LIVE_TOOLS := $(patsubst tests/live/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/live/*.c)))
SCENE_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/screen/scene/*.c)))

# --- flags ----------------------------------------------------------------------------------------

# Asked once, and only when something is compiled: a bare machine has no pkg-config yet.
once = $(eval $(1) := $(shell $(2)))$($(1))
PKGS      := libbpf libelf zlib ncursesw json-c inih libcap-ng libseccomp
PKG_CFLAGS = $(call once,PKG_CFLAGS,pkg-config --cflags $(PKGS))
PKG_LIBS   = $(call once,PKG_LIBS,pkg-config --libs $(PKGS))

# Where the C library's headers are: for BPF, clang does not look into the folders of a machine.
BPF_INCLUDES = $(call once,BPF_INCLUDES,$(CLANG) -v -E -x c /dev/null 2>&1 | \
	sed -n 's|^ \(/[^ ]*/include[^ ]*\)|-idirafter \1|p')

comma    := ,
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	$(if $(WERROR),-Werror)
# As libbpf and the kernel call the architecture.
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(shell uname -m)))

# The processor's own guards, by the names that compilers of each architecture know.
HARDEN_x86   := -fcf-protection -fstack-clash-protection
HARDEN_arm64 := -mbranch-protection=standard
HARDEN   := -fPIE -fstack-protector-strong $(HARDEN_$(BPF_ARCH)) \
	$(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
SANITIZE := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)

ALL_CFLAGS  = -std=gnu11 -D_GNU_SOURCE -Iinclude -I$(BUILD) $(WARNINGS) $(HARDEN) $(SANITIZE) \
	$(PKG_CFLAGS) $(CFLAGS) -MMD -MP
HARDEN_LD  := -Wl,-z,relro,-z,now,-z,noexecstack
ALL_LDFLAGS = -pie $(HARDEN_LD) $(SANITIZE) $(LDFLAGS)
BPF_CFLAGS  = -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) \
	-Wall -Wextra -Wno-unused-parameter $(if $(WERROR),-Werror) -Iinclude $(BPF_INCLUDES) \
	-MMD -MP

ifeq ($(V),1)
Q   :=
say  = @:
else
Q   := @
say  = @printf '  %-7s %s\n' '$(1)' '$(2)'
MAKEFLAGS += --no-print-directory
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all deps run check unit tests lint docs format install clean update-expected screenshot

all: $(PROGRAM)

# --- BPF: objects, linked to one, and its skeleton ------------------------------------------------

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c Makefile
	$(call say,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(BUILD)/conntop.bpf.o: $(BPF_OBJS)
	$(call say,BPFLINK,$@)
	$(Q)$(BPFTOOL) gen object $@ $^

$(SKELETON): $(BUILD)/conntop.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name conntop_bpf > $@

# --- user space -----------------------------------------------------------------------------------

$(BUILD)/tui/source/live.o $(BUILD)/tui/source/programs.o: $(SKELETON)

# The themes, embedded: a row of a table each, the default first.
THEMES := themes/default.theme $(filter-out themes/default.theme,$(sort $(wildcard themes/*.theme)))
$(BUILD)/embedded_themes.h: $(THEMES) Makefile
	$(call say,EMBED,themes)
	@mkdir -p $(@D)
	$(Q)for theme in $(THEMES:themes/%.theme=%); do \
		echo "{ \"$$theme\","; \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' themes/$$theme.theme; \
		echo "},"; \
	done > $@

$(BUILD)/tui/screen/themes.o: $(BUILD)/embedded_themes.h

$(BUILD)/%.o: %.c Makefile
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/core.a: $(CORE_OBJS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(PROGRAM): $(BUILD)/tui/main.o $(SHELL_OBJS) $(BUILD)/core.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

# --- static ---------------------------------------------------------------------------------------

ifeq ($(BUILD),build)
STATIC_PROGRAM := conntop-static
else
STATIC_PROGRAM := $(BUILD)/conntop-static
endif
STATIC_LIBS = $(call once,STATIC_LIBS,pkg-config --static --libs $(PKGS))

.PHONY: static check-kernels clean-static

static: $(STATIC_PROGRAM)

# ld warns of every function that may load the host's libraries: tui/static.c keeps them from it.
$(STATIC_PROGRAM): $(BUILD)/tui/main.o $(BUILD)/tui/static.o $(SHELL_OBJS) $(BUILD)/core.a
	$(call say,LINK,$@)
	$(Q)LC_ALL=C $(CC) -static-pie $(HARDEN_LD),--strip-debug $(LDFLAGS) -o $@ $^ \
		$(STATIC_LIBS) 2> $(BUILD)/static.log; status=$$?; \
	sed -e '/: in function /{N;/ in statically linked applications /d}' \
		-e '/ in statically linked applications /d' \
		$(BUILD)/static.log >&2; \
	exit $$status

# On other kernels, in virtual machines: needs the network once, to get them.
check-kernels: static
	$(Q)BUILD=$(BUILD) tests/vm/run

clean: clean-static
clean-static:
	rm -f conntop-static

# --- documentation from the tables ----------------------------------------------------------------

$(BUILD)/filldoc: $(BUILD)/man/filldoc.o $(SHELL_OBJS) $(BUILD)/core.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

docs: $(BUILD)/filldoc
	$(call say,DOC,man/conntop.1)
	$(Q)$(BUILD)/filldoc < man/conntop.1.in > man/conntop.1

# --- tests ----------------------------------------------------------------------------------------

$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(BUILD)/core.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljson-c -linih -lz -lseccomp -lcmocka

$(BUILD)/tests/%: $(BUILD)/tests/live/%.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lbpf

# Preloaded into the program, to let its calls fail.
$(BUILD)/tests/faults.so: tests/faults/faults.c tests/faults/functions.h Makefile
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -fPIC -shared -o $@ $<

# conntop on a host that exists nowhere: the screen, on a source and names of its own.
SCENE_LIBS = $(call once,SCENE_LIBS,pkg-config --libs ncursesw json-c inih)

$(BUILD)/tests/scene: $(SCENE_OBJS) $(filter $(BUILD)/tui/screen/%,$(SHELL_OBJS)) $(BUILD)/core.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SCENE_LIBS)

# Expected screens and the README's picture, from the program as it is: read the diff.
update-expected: $(BUILD)/tests/scene
	$(Q)BUILD=$(BUILD) tests/screen/test_expected.py --update

screenshot: $(BUILD)/tests/scene
	$(Q)BUILD=$(BUILD) tests/screen/test_screenshot.py --update

unit: $(UNIT_TESTS)
	$(Q)tests/run --unit $(UNIT_TESTS)

tests: all $(if $(SAN),,static) $(UNIT_TESTS) $(LIVE_TOOLS) $(BUILD)/tests/scene \
	$(BUILD)/filldoc $(BUILD)/tests/faults.so $(if $(SAN),,bench-tools)

check: deps
	$(Q)$(MAKE) tests $(if $(wildcard $(FUZZ_LIBRARY)),fuzzers)
	$(Q)tests/run

format:
	$(Q)clang-format -i $(shell git ls-files '*.c' '*.h')

# --- fuzzing --------------------------------------------------------------------------------------

# The core once more, made by clang to be watched: FUZZ_SECONDS for each target of `make fuzz`.
FUZZ_SECONDS ?= 60
FUZZERS    := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/*.c)))
FUZZ_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS = -std=gnu11 -D_GNU_SOURCE -Iinclude -I$(BUILD) $(WARNINGS) $(FUZZ_FLAGS) \
	-fsanitize=fuzzer-no-link $(PKG_CFLAGS) -O1 -g -MMD -MP
FUZZ_LIBS   = $(SCENE_LIBS) -lz -lseccomp
FUZZ_LIBRARY = $(shell $(CLANG) -print-resource-dir)/lib/*/libclang_rt.fuzzer*.a

.PHONY: fuzz fuzzers
fuzzers: $(FUZZERS)

$(BUILD)/fuzz/tui/screen/themes.o: $(BUILD)/embedded_themes.h

$(BUILD)/fuzz/%.o: %.c Makefile
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_CFLAGS) -c $< -o $@

# What keys do is part of it, as they are configured; of ncurses, nothing is called.
$(BUILD)/fuzz/core.a: $(patsubst %.c,$(BUILD)/fuzz/%.o,$(CORE_SRCS) \
		$(filter tui/screen/%,$(SHELL_SRCS)))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(BUILD)/fuzz/core.a
	$(call say,LINK,$@)
	$(Q)$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

fuzz: fuzzers
	$(Q)BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run

# --- an hour alone --------------------------------------------------------------------------------

# At full load, as root; prints a table. `make check` has it for 20 s.
SOAK_SECONDS ?= 3600

.PHONY: soak
soak: all $(LIVE_TOOLS)
	$(Q)$(SUDO) env BUILD=$(BUILD) CONNTOP=$(abspath $(PROGRAM)) \
		SOAK_SECONDS=$(SOAK_SECONDS) tests/soak/run

# --- what it costs --------------------------------------------------------------------------------

LOADS  := $(patsubst tests/bench/load/%.c,$(BUILD)/bench/%, \
	$(filter-out %/load.c %/nothing.c,$(sort $(wildcard tests/bench/load/*.c))))
BENCH      := $(LOADS) $(BUILD)/bench/nothing $(BUILD)/bench/table

# As root; prints two tables. BENCH_SECONDS: how long each mode is at the full rate.
BENCH_SECONDS ?= 10

.PHONY: bench bench-tools
bench:
	$(Q)$(MAKE) deps PACKAGES="$(DEBIAN_BUILD) $(DEBIAN_BENCH)"
	$(Q)$(MAKE) deps PACKAGES="$(DEBIAN_PEERS)" || echo "peers that are missing are left out"
	$(Q)$(MAKE) all static bench-tools
	$(Q)$(SUDO) env BUILD=$(BUILD) CONNTOP=$(abspath $(PROGRAM)) \
		BENCH_SECONDS=$(BENCH_SECONDS) tests/bench/report

bench-tools: $(BENCH)

$(BUILD)/bench/nothing: $(BUILD)/tests/bench/load/nothing.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -static -o $@ $^

$(LOADS): $(BUILD)/bench/%: $(BUILD)/tests/bench/load/%.o $(BUILD)/tests/bench/load/load.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# The model and the view alone.
$(BUILD)/bench/table: $(BUILD)/tests/bench/table.o $(BUILD)/core.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

# --- a demo ---------------------------------------------------------------------------------------

.PHONY: demo demo-recording

# Without root and without BPF: a recording. The screen would cover the line at once.
demo: all
	@echo "conntop, a minute of the host web-03: q quits, Space pauses, ? help"
	@sleep 2
	$(Q)$(abspath $(PROGRAM)) --replay man/demo.conntop

# Made anew, as root, in namespaces of its own.
demo-recording: all
	$(Q)$(SUDO) env CONNTOP=$(abspath $(PROGRAM)) tests/demo/make man/demo.conntop

# --- installing -----------------------------------------------------------------------------------

SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

PACKAGES ?= $(DEBIAN_BUILD) $(DEBIAN_TEST)

# Debian's packages, installed when they are missing; elsewhere they are named.
deps:
	@if ! command -v dpkg-query >/dev/null; then \
		echo "not Debian: install what these Debian packages hold, then run make:"; \
		echo "  $(DEBIAN_BUILD)"; echo "for make check also:"; echo "  $(DEBIAN_TEST)"; \
		exit 0; \
	fi; \
	missing=; \
	for package in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed$$' || \
			missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "installing:$$missing"; \
	$(SUDO) apt-get -q update && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
		$$missing

run: deps
	$(Q)$(MAKE) all
	$(Q)$(SUDO) ./$(PROGRAM)

UNIT_DIR = $(DESTDIR)$(PREFIX)/lib/systemd/system

install: all
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/conntop
	install -D -m 644 man/conntop.1 $(DESTDIR)$(PREFIX)/share/man/man1/conntop.1
	install -d $(DESTDIR)$(PREFIX)/share/conntop/themes $(UNIT_DIR)
	install -m 644 themes/*.theme $(DESTDIR)$(PREFIX)/share/conntop/themes
	install -m 644 man/*.schema.json man/demo.conntop $(DESTDIR)$(PREFIX)/share/conntop
	sed 's|/usr/local/bin|$(PREFIX)/bin|' man/conntop.service > $(UNIT_DIR)/conntop.service
	chmod 644 $(UNIT_DIR)/conntop.service

clean:
	rm -rf build conntop

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
