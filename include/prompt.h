/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PROMPT_H
#define CONNTOP_PROMPT_H

/*
 * A question on the bottom line of the screen, and the line of text that answers it. What was
 * answered before comes back with Up, for each kind of question its own.
 */
#include <stdbool.h>
#include <stddef.h>
#include "complete.h"
#include "grid.h"
#include "history.h"
#include "lineedit.h"

#define PROMPT_TEXT_MAX	 LINE_MAX_BYTES /* bytes, the NUL included */
#define PROMPT_KINDS_MAX 32		/* questions whose answers are remembered */
#define PROMPT_LIST_MAX	 1024		/* bytes of candidates that are shown */

/*
 * What is asked, and who takes the answer. All but `label` and `accept` may be NULL. `ctx` and
 * `what` are the caller's, as given to prompt_key() and prompt_open().
 */
struct prompt_kind {
	const char *label; /* "Filter by PID" */
	const char *hint;  /* shown while the text is empty: "1,2 or !3; empty lifts" */
	/*
	 * Takes the text on Enter: 0 closes the prompt; else it stays open with `error` to say
	 * why. It may open another prompt itself.
	 */
	int (*accept)(void *ctx, int what, const char *text, char *error, size_t error_cap);
	/* Whether the text would do as it is, told while it is typed; Enter is refused if not. */
	int (*check)(void *ctx, int what, const char *text, char *error, size_t error_cap);
	/* The text is another one, not accepted yet. */
	void (*changed)(void *ctx, int what, const char *text);
	/* Left by Escape. */
	void (*cancelled)(void *ctx, int what);
	/* Tab: candidates for the word that ends at the byte `cursor`. */
	void (*complete)(void *ctx, int what, const char *text, size_t cursor,
			 struct candidates *out);
};

/* Answers of one kind of question. */
struct prompt_memory {
	const struct prompt_kind *kind;
	int what;
	struct history history;
};

/* Zeroed before its first open. */
struct prompt {
	bool open;
	const struct prompt_kind *kind;
	int what;
	struct line line;
	bool edited;		      /* since `changed` and `check` were last asked */
	char error[PROMPT_TEXT_MAX];  /* why the text was or would be refused; "" when it was not */
	char listed[PROMPT_LIST_MAX]; /* what Tab found when it found several; "" when not */
	size_t back;		      /* steps into the history; 0: the line is the user's own */
	char own[PROMPT_TEXT_MAX];    /* that line, meanwhile */
	struct prompt_memory memories[PROMPT_KINDS_MAX];
	size_t n_memories;
};

void prompt_fini(struct prompt *prompt);

/* Opens with a first text, the cursor behind it. `kind` outlives the prompt. */
void prompt_open(struct prompt *prompt, const struct prompt_kind *kind, const char *text, int what);

/* Of the question that is open, makes this the first that Up brings back; "" is nothing. */
void prompt_remember(struct prompt *prompt, const char *text);

/* Takes a key (keys.h); Enter accepts, Escape, ^C and ^G close the prompt. */
void prompt_key(struct prompt *prompt, int key, void *ctx);

/* Inserts text that was pasted: never a key. Untrusted bytes. */
void prompt_paste(struct prompt *prompt, const char *text, size_t len);

/* Asks `changed` and `check` if the text is another one; once after each batch of keys. */
void prompt_settle(struct prompt *prompt, void *ctx);

/*
 * Draws it into a row of the grid; *cursor_col is where the cursor belongs. What Tab found, and a
 * reason that has no room behind the text, stand on the rows above.
 */
void prompt_draw(const struct prompt *prompt, struct grid *grid, int row, int *cursor_col);

#endif
