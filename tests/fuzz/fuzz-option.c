// SPDX-License-Identifier: GPL-2.0
/*
 * Command lines of any words, most of them the program's own: each is refused with
 * a sentence, or obeyed.
 */
#include <stdio.h>

#include "judge.h"
#include "message.h"
#include "world.h"

#define WORDS 12
#define WORD_ROOM 300

/* What a person may get wrong, and what may be meant to do harm. */
static const char *const odd_words[] = {
	"self", "1", "0", "-1", "2147483648", "99999999999999999999", "", "-",
	"--", "---", "-j", "-p", "-c", "-cnever", "-b", "-n", "-n3", "-o",
	"-oall", "-V", "-h", "help", "400000", "0x7fffffffffff",
	"ffffffffffffffff", "10000000000000000", "400000-500000",
	"500000-400000", "400000+", "400000+0", "400000+16E", "400000+1T",
	"ffffffffffffffff+1", "[heap]", "libc.so.6", "=", "--state=", "--json=1",
	"--for=1s", "--for=0", "--for=1e9", "--for=999999999min", "1.5ms",
	"--for=0.000000000000001ns", "--latency=18446744073709551615s",
	"--sample=0", "--sample=4294967296", "--count=0", "--peek=tail",
	"--peek=middle", "--list=generation:", "--list=generation:9999999999",
	"--list=generation:0:anon:dma:x", "--list=,", "--list=,,,", "--node=-1",
	"--node=4294967296", "--cgroup=", "--cgroup=/", "--detail=,", "--by=,",
	"--range=1-", "--classes=anon,", "--color=", "--color=sometimes", "-jjjj",
	"-cc", "\033[31m", "\xff\xfe", "caf\xc3\xa9", "%s%n", "a b", "a\nb",
	"--\xff", "-\xff", "--verdict=\033", "--s", "--st", "--n", "--c", "--a",
};

/* What makes a command do something. */
static const char *const plain_words[] = {
	"self", "400000", "-j", "[heap]", "tail", "--", "1", "true",
};

/* The program's commands are the first of its words. */
#define COMMANDS 15

#define ODD_WORDS (sizeof(odd_words) / sizeof(odd_words[0]))

static void make_word(struct bytes *in, int number, char to[WORD_ROOM])
{
	uint8_t how = take_byte(in), which = take_byte(in);

	if (number == 1 && how < 200)
		snprintf(to, WORD_ROOM, "%s", program_word(which % COMMANDS));
	else if (how < 60)
		snprintf(to, WORD_ROOM, "%s", plain_words[which % 8]);
	else if (how < 110)
		snprintf(to, WORD_ROOM, "%s", program_word(which));
	else if (how < 190)
		snprintf(to, WORD_ROOM, "%s", odd_words[which % ODD_WORDS]);
	else if (how < 230)
		snprintf(to, WORD_ROOM, "%s=%s%s%s", program_word(which),
			 program_word(take_byte(in)), how & 1 ? "," : "",
			 how & 1 ? program_word(take_byte(in)) : "");
	else
		take_text(in, to, WORD_ROOM / 2);
	/* Of a known word, only the beginning. */
	if (how == 229)
		to[take_byte(in) % WORD_ROOM] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char words[WORDS][WORD_ROOM];
	char name[] = "mmlens", *argv[WORDS + 2] = { name };
	struct bytes in = { data, size };
	int argc = 1, count = take_byte(&in) % (WORDS + 1);
	struct outcome o;

	for (; argc <= count; argc++) {
		argv[argc] = words[argc - 1];
		make_word(&in, argc, words[argc - 1]);
	}
	argv[argc] = NULL;
	world_begin(&in);
	world_run(argc, argv, &o);
	judge(o.status >= 0 && o.status <= 5, "no such exit code", o.out);
	if (o.out_size && o.out[0] == '{')
		judge_json(o.out, o.out_size, true, true);
	else
		judge_text(o.out, o.out_size, true, o.utf8);
	judge_text(o.err, o.err_size, false, o.utf8);
	judge(!o.status || o.err_size || strstr(o.out, "\"error\":"),
	      "it fails and does not say why", o.out);
	if (o.trace)
		judge_json(o.trace, o.trace_size, false, true);
	world_free(&o);
	return 0;
}
