# SPDX-License-Identifier: GPL-2.0
# For people; the kernel's own build reads Kbuild.

KDIR ?= /lib/modules/$(shell uname -r)/build

all: module cli

help:
	@echo 'make            the module, for the running kernel, and the command line'
	@echo 'make module     mmlens.ko; KDIR=/path/to/headers for another kernel'
	@echo 'make cli        cli/mmlens'
	@echo 'make load       load the module into the running kernel'
	@echo 'make unload     unload it'
	@echo 'make demo       a live process, seen in a throw-away guest'
	@echo 'make test       all tests, in guests with Linux 6.1, 6.12 and 7.3'
	@echo 'make check      the static checks'
	@echo 'make bench      what reading a page costs, in instructions'
	@echo 'make clean      remove what was built here'

# -Werror is for warnings of our own tree, with this compiler and the kernel's.
module:
	@test -e $(KDIR)/Makefile || { \
		echo 'No kernel headers in $(KDIR).'; \
		echo 'Install linux-headers-$(shell uname -r), or say KDIR=/path/to/headers.'; \
		exit 1; } >&2
	$(MAKE) -C $(KDIR) M=$(CURDIR) W=1 modules

cli:
	$(MAKE) -C cli

load: module
	@if grep -q '^mmlens ' /proc/modules; then \
		echo 'mmlens is loaded already; make unload first.' >&2; exit 1; fi
	insmod mmlens.ko
	@echo 'Loaded. Try: cli/mmlens info'

unload:
	rmmod mmlens

demo test check bench:
	scripts/$@

clean:
	$(MAKE) -C cli clean
	@if test -e $(KDIR)/Makefile; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi

.PHONY: all help module cli load unload demo test check bench clean
