# SPDX-License-Identifier: GPL-2.0
#
# Reads the KTAP of all boots, named KERNEL-BOOT.ktap, and prints the table of
# what was tried: a row for each "# figure NAME: NUMBER", in the order in which they
# come first, a column for each kernel. The same name is summed; what a guest said
# that was lost, and booted once more, is not.

# "6.12-debug-default-1.ktap" is of 6.12-debug.
function kernel_of(path)
{
	sub(/.*\//, "", path)
	if (match(path, /^[0-9.]+(-debug|-kcsan)?/))
		return substr(path, 1, RLENGTH)
	return "host"
}

# 1234567 as 1,234,567.
function grouped(number,    text)
{
	text = ""
	while (length(number) > 3) {
		text = "," substr(number, length(number) - 2) text
		number = substr(number, 1, length(number) - 3)
	}
	return number text
}

function told(name, kernel)
{
	if ((name, kernel) in sum)
		return grouped(sprintf("%d", sum[name, kernel]))
	return "-"
}

FNR == 1 {
	split("", here)
}

FILENAME ~ /\.ktap$/ && /^KTAP version/ {
	for (key in here)
		sum[key] -= here[key]
	split("", here)
}

/^ *# figure [^:]+: *[0-9]+\r?$/ {
	name = value = $0
	sub(/^ *# figure /, "", name)
	sub(/: *[0-9]+\r?$/, "", name)
	sub(/.*: */, "", value)
	kernel = kernel_of(FILENAME)
	if (!(kernel in column)) {
		column[kernel] = 1
		kernels[++width] = kernel
	}
	if (!(name in row)) {
		row[name] = 1
		names[++height] = name
	}
	sum[name, kernel] += value
	here[name, kernel] += value
}

END {
	if (!height)
		exit
	printf "%-42s", "Tried"
	for (i = 1; i <= width; i++)
		printf " %11s", kernels[i]
	print ""
	for (j = 1; j <= height; j++) {
		printf "%-42s", names[j]
		for (i = 1; i <= width; i++)
			printf " %11s", told(names[j], kernels[i])
		print ""
	}
}
