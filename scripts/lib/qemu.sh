# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The virtual machine. QEMU is that of the trixie root.

# qemu ARGS...: with nothing that is not asked for. A guest that restarts has
# died: it leaves instead. QEMU_TIMEOUT: seconds, after which it is stopped.
qemu()
{
	in_root trixie env "TMPDIR=${QEMU_TMP:-/tmp}" \
		timeout --foreground "${QEMU_TIMEOUT:-0}" \
		qemu-system-x86_64 -nodefaults -no-user-config \
		-display none -no-reboot "$@"
}

# guest_memory TAG: in MiB. What checks accesses keeps a shadow of the memory.
guest_memory()
{
	if is_debug "$1"; then echo 1536; else echo 1024; fi
}

# /dev/kvm may be there, open, and be of no use: only a guest that ran to its
# end counts. The answer is kept for this host.
accel()
{
	local id dir answer=tcg
	[ -c /dev/kvm ] || { echo tcg; return; }
	id=$(uname -srv)
	if [ "$(sed -n 1p "$CACHE/accel" 2>/dev/null)" != "$id" ]; then
		dir=$CACHE/accel.probe
		rm -rf "$dir"
		mkdir -p "$dir/tree/bin" "$dir/tree/proc"
		cp "$(root_dir bookworm)/bin/busybox" "$dir/tree/bin/"
		cat >"$dir/tree/init" <<-'END'
			#!/bin/busybox sh
			/bin/busybox echo mmlens-probe-answers
			exec /bin/busybox poweroff -f
		END
		chmod 755 "$dir/tree/init"
		# shellcheck disable=SC2016 # expanded in the root
		in_root bookworm sh -c \
			'cd "$0" && find . | cpio --quiet -o -H newc >../initrd' "$dir/tree"
		QEMU_TIMEOUT=20 qemu -accel kvm -cpu max -smp 2 -m 512 \
			-kernel "$(kernel_dir "$1")/vmlinuz" -initrd "$dir/initrd" \
			-append 'console=ttyS0 panic=-1' \
			-serial "file:$dir/console" >/dev/null 2>&1 </dev/null || true
		if grep -q mmlens-probe-answers "$dir/console" 2>/dev/null; then
			answer=kvm
		fi
		printf '%s\n%s\n' "$id" "$answer" >"$CACHE/accel"
		rm -rf "$dir"
	fi
	sed -n 2p "$CACHE/accel"
}

# What no healthy kernel says.
SPLAT='WARNING: |BUG: |BUG |Oops|rcu: INFO|RCU Stall|soft lockup|hung_task|blocked for more than|general protection|Call Trace|Kernel panic|UBSAN|refcount_t|Bad page|Bad rss|VM_FAULT_OOM leaked|scheduling while atomic|sleeping function|mmlens: error'

splats()
{
	without_harmless "$1" | grep -aE "$SPLAT"
}

# lost_by_emulator FILE: did the guest end with a breakpoint that was not there any
# more? TCG may translate code for one processor between another one's look for what
# it translated there and that one's store: after all have been synchronized, it
# still has the int3 by which the kernel replaces an instruction. The kernel takes it
# for a kprobe's; what ftrace calls has no copy of an instruction, and it jumps there
# all the same, to 0, with interrupts off (setup_singlestep()). The kernel's own
# kprobe events on handle_mm_fault(), switched on and off beside a storm of faults,
# ended a guest so. Nothing else may be wrong, and nobody of mmlens be there.
lost_by_emulator()
{
	local title='BUG: kernel NULL pointer dereference'
	! splats <(sed "/$title/,\$d" "$1") >/dev/null && awk -v title="$title" '
	index($0, title) { found = 0; at = NR }
	at && /\[mmlens\]/ { ours = 1 }
	at && /RIP: 0010:0x0\r?$/ { nowhere = NR }
	nowhere && NR < nowhere + 4 && /EFLAGS: [0-9a-f]*[014589cd][0-9a-f][0-9a-f]\r?$/ {
		off = 1
	}
	off && /exc_page_fault/ { found = 1 }
	END { exit !found || ours }' "$1"
}

# without_harmless FILE: FILE without the titles of reports of data races in which
# mmlens has no part, of which the kernel has many that it knows, and without the
# traces of allocations that a test made to fail, and of kills at a limit that it
# set; the runner in the guest knows the limits of its own from the machine's.
# A program may be called mmlens, too: it is the names of functions that count,
# as in tests/lib/selfcheck.py. Of a report without an end nothing is known.
without_harmless()
{
	awk '
	function unended() { if (report) printf "%s%s", title, text }
	/BUG: KCSAN/ {
		unended()
		report = 1
		ours = 0
		title = $0 "\n"
		text = ""
		next
	}
	/(vmalloc error|page allocation failure): |invoked oom-killer/ { trace = 8 }
	trace-- > 0 && /Call Trace/ { next }
	!report { print; next }
	{ text = text $0 "\n" }
	/\[mmlens\]|(^|[^A-Za-z0-9_])mmlens_/ { ours = 1 }
	/========================================/ {
		printf "%s%s", ours ? title : "", text
		report = 0
	}
	END { unended() }' "$1"
}
