// SPDX-License-Identifier: GPL-2.0
/* cli/trace.c, cli/quote.c, cli/symbols.c: what is written for programs. */
#include <stdlib.h>
#include <unistd.h>

#include "quote.h"
#include "symbols.h"
#include "tap.h"
#include "trace.h"

static const char *quoted(const char *from)
{
	static char to[QUOTE_ROOM(64)];

	return quote(from, to, sizeof(to));
}

static void quotes(void)
{
	char small[12];

	equal_text(quoted("heat"), "\"heat\"");
	equal_text(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
	equal_text(quoted("\033[1m\n"), "\"\\u001b[1m\\u000a\"");
	equal_text(quoted("\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7"),
		   "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\"");
	/* Cut short, too long, a surrogate, behind the last. */
	equal_text(quoted("\xc3"), "\"\xef\xbf\xbd\"");
	equal_text(quoted("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	equal_text(quoted("\xed\xa0\x80x"),
		   "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\"");
	equal_text(quoted("\xf5"), "\"\xef\xbf\xbd\"");
	equal_text(quote("abcdefghijklm", small, sizeof(small)), "\"abcd\"");
}

static char *read_back(const char *path)
{
	static char text[8192];
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	text[length] = '\0';
	return text;
}

static void written(void)
{
	struct happening h = {
		.kind = HAPPENED_FAULT,
		.fault = {
			.time = 1234567, .latency = 2005, .pid = 10, .tid = 11,
			.address = 0xabc000, .pages = 1,
			.fault_class = MMLENS_FORECAST_ANON, .comm = "he\"at",
		},
	};
	struct watched_vma vma = { .vma.name = (char *)"[heap]" };
	char path[] = "/tmp/test-trace-XXXXXX", *text;
	struct failure f = { 0 };
	struct trace t;

	close(mkstemp(path));
	equal(trace_begin(&t, path, &f), 0);
	trace_write(&t, &h, &vma);
	trace_write(&t, &h, NULL);
	h.kind = HAPPENED_LOSS;
	h.lost = 5;
	trace_write(&t, &h, NULL);
	equal(trace_end(&t, &f), 0);
	text = read_back(path);
	unlink(path);
	/* Named once, in order, closed. */
	check(strstr(text, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{") ==
	      text);
	check(strstr(text, "\"process_name\",\"ph\":\"M\",\"pid\":10,\"tid\":11,"));
	check(strstr(text, "\"args\":{\"name\":\"he\\\"at\"}"));
	check(!strstr(strstr(text, "thread_name") + 1, "thread_name"));
	check(strstr(text, "{\"name\":\"anon\",\"cat\":\"fault\",\"ph\":\"X\","));
	check(strstr(text, "\"ts\":1234.567,\"dur\":2.005,\"pid\":10,\"tid\":11,"));
	check(strstr(text, "\"vma\":\"[heap]\""));
	check(strstr(text, "5 events lost"));
	equal_text(text + strlen(text) - 5, "}\n]}\n");
	/* None is asked for; none can be made. */
	equal(trace_begin(&t, NULL, &f), 0);
	trace_write(&t, &h, NULL);
	equal(trace_end(&t, &f), 0);
	check(trace_begin(&t, "/no/such/folder", &f) < 0);
	equal(f.kind, FAIL_OUTPUT);
	trace_end(&t, &f);
}

static void named(void)
{
	char path[] = "/tmp/test-symbols-XXXXXX", to[SYMBOL_TEXT];
	FILE *file = fdopen(mkstemp(path), "w");
	struct symbols known;

	fputs("ffffffff81000200 t second\nffffffff81000100 T first\nffffffff81000180 d data\nffffffffc0000000 t probe\t[mmlens]\n",
	      file);
	fclose(file);
	equal(symbols_read(&known, path), 0);
	equal(known.count, 3);
	equal_text(symbol_text(&known, 0xffffffff810001ff, to), "first+0xff");
	equal_text(symbol_text(&known, 0xffffffff81000200, to), "second+0x0");
	equal_text(symbol_text(&known, 0xffffffffc0000001, to), "probe+0x1");
	equal_text(symbol_text(&known, 0x10, to), "0x10");
	symbols_free(&known);
	/* As it looks without the right to see addresses. */
	file = fopen(path, "w");
	fputs("0000000000000000 T first\n", file);
	fclose(file);
	check(symbols_read(&known, path) < 0);
	equal_text(symbol_text(&known, 0x10, to), "0x10");
	symbols_free(&known);
	unlink(path);
	check(symbols_read(&known, path) < 0);
	symbols_free(&known);
}

static const struct test tests[] = {
	{ "names as JSON strings", quotes },
	{ "a trace", written },
	{ "the kernel's symbols", named },
};

TAP_MAIN(tests)
