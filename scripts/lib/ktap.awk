# SPDX-License-Identifier: GPL-2.0
#
# Reads KTAP or TAP, tells a person how it goes, and at the end writes "passed
# failed skipped" to the file RESULT. Leaves are counted: a test with subtests,
# which are indented, is those, and one failure more if it failed without any. A plan that
# is not fulfilled is a failure, so is a program that says nothing.
#
# -v result=FILE
# -v guest=0|1    with 1 a second head line means that the guest was lost and
#                 all begins anew; with 0 it is the next program's output

function forget(depth)
{
	plan[depth] = -1
	seen[depth] = 0
}

function start()
{
	passed = failed = skipped = failed_before = notes = 0
	told_passed = told_failed = told_skipped = 0
	forget(0)
	forget(1)
}

# A failure, and what was said since the result before it.
function failure(name,    i)
{
	failed++
	print "      FAILED  " name
	i = notes > 12 ? notes - 12 : 0
	if (i)
		print "              (" i " lines more in the log)"
	for (; i < notes; i++)
		print "              " note[i]
	notes = 0
}

function close_plan(depth, name)
{
	if (plan[depth] < 0 && seen[depth] > 0)
		failure(name ": no plan")
	else if (plan[depth] >= 0 && seen[depth] != plan[depth])
		failure(name ": " seen[depth] " results, planned " plan[depth])
	forget(depth)
}

function tell(name,    text)
{
	text = (passed - told_passed) " passed"
	if (failed > told_failed)
		text = text ", " (failed - told_failed) " FAILED"
	if (skipped > told_skipped)
		text = text ", " (skipped - told_skipped) " skipped"
	printf "  %-32s %s\n", name, text
	told_passed = passed
	told_failed = failed
	told_skipped = skipped
}

BEGIN { start() }

{
	line = $0
	sub(/\r$/, "", line)
	match(line, /^ */)
	depth = RLENGTH > 0
	sub(/^ +/, "", line)
}

line ~ /^K?TAP version/ {
	if (depth == 0 && heads++) {
		if (guest) {
			print "  (the guest was lost; all once more)"
			start()
		} else {
			close_plan(0, "a program")
		}
	}
	next
}

line ~ /^1\.\.[0-9]+/ {
	plan[depth] = substr(line, 4) + 0
	if (plan[depth] == 0 && line ~ /# *SKIP/)
		skipped++
	next
}

line ~ /^(not )?ok( |$)/ {
	ok = line !~ /^not/
	name = reason = line
	sub(/^(not )?ok *[0-9]* *(- )?/, "", name)
	sub(/ *# *SKIP.*/, "", name)
	seen[depth]++
	if (depth == 0 && (seen[1] > 0 || plan[1] >= 0)) {
		close_plan(1, name)
		if (!ok && failed == failed_before)
			failure(name)
	} else if (!ok) {
		failure(name)
	} else if (line ~ /# *SKIP/) {
		sub(/.*# *SKIP */, "", reason)
		print "      skipped " name ": " reason
		skipped++
	} else {
		passed++
	}
	notes = 0
	if (depth == 0)
		failed_before = failed
	if (depth == 0)
		tell(name)
	fflush()
	next
}

line ~ /^Bail out!/ {
	failure(line)
	next
}

line != "" { note[notes++] = line }

END {
	if (!heads && plan[0] < 0 && !seen[0])
		failure("no test said anything")
	else
		close_plan(0, "the whole run")
	print passed, failed, skipped >result
}
