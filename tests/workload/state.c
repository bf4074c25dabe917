// SPDX-License-Identifier: GPL-2.0
/*
 * Builds the states named on the command line, one area each.
 *
 * usage: state [-d DIR] NAME[=PAGES]...
 *        state -l                          list the names
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "say.h"
#include "state.h"

const char *work_dir = "/var/tmp";

static const struct state *const tables[] = {
	anon_states, huge_states, file_states, share_states,
	swap_states, marker_states, flag_states,
};

/* It dies with us, whatever ends us: it also holds our pipes open. */
void fork_holder(void)
{
	int pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
}

static const struct state *find(const char *name, size_t len)
{
	const struct state *state;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (state = tables[i]; state->name; state++)
			if (strlen(state->name) == len &&
			    !memcmp(state->name, name, len))
				return state;
	return NULL;
}

static void list(void)
{
	const struct state *state;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (state = tables[i]; state->name; state++)
			puts(state->name);
}

int main(int argc, char **argv)
{
	int opt, i;

	while ((opt = getopt(argc, argv, "d:l")) != -1) {
		if (opt == 'l') {
			list();
			return 0;
		}
		if (opt != 'd')
			return 1;
		work_dir = optarg;
	}
	for (i = optind; i < argc; i++) {
		size_t len = strcspn(argv[i], "=");
		const struct state *state = find(argv[i], len);

		if (!state) {
			fprintf(stderr, "state: no state %s\n", argv[i]);
			return 1;
		}
		state->build(state->name,
			     argv[i][len] ? strtoul(argv[i] + len + 1, NULL, 0) :
					    state->pages);
	}
	say_ready();
	wait_for_exit();
	return 0;
}
