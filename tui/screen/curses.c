/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal through ncursesw. No other file but colors.c knows it. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <curses.h>
#include <term.h>
#include "colors.h"
#include "input.h"
#include "keys.h"
#include "output.h"
#include "restore.h"
#include "screen.h"
#include "shown.h"

#define LAST_WORDS_MS 500 /* for a terminal to take what gives it back */
#define DOUBLE_MS     400 /* between two clicks that are one double click */

/* Presses and the wheel, as numbers of any size (xterm's 1006); pasted text between marks. */
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct screen {
	SCREEN *terminal;
	FILE *file; /* what ncurses writes to: output.frame_fd under another number */
	struct output output;
	struct input input;
	struct termios raw; /* the terminal's settings while it is ours */
	enum charset charset;
	struct colors colors;
	struct shown shown;
	bool skipped;	      /* a frame, as the one before was not out yet */
	struct mouse clicked; /* last */
	long long clicked_ms;
};

/* --- what terminfo does not tell of ----------------------------------------------------------- */

/* A mouse where terminfo knows of one; the marks where escape sequences are ECMA-48's. */
static bool knows_mouse(void)
{
	return key_mouse && !strncmp(key_mouse, "\033[", 2);
}

static bool knows_marks(void)
{
	return !strncmp(cursor_address, "\033[", 2);
}

/* Mouse and paste reports, on or off. putp() would write to standard output, past the frame. */
static void report(const struct screen *screen, bool on)
{
	if (knows_mouse())
		dprintf(screen->output.frame_fd, "%s", on ? MOUSE_ON : MOUSE_OFF);
	if (knows_marks())
		dprintf(screen->output.frame_fd, "%s", on ? PASTE_ON : PASTE_OFF);
}

/* --- opening and closing ---------------------------------------------------------------------- */

static void arm_restore(const struct screen *screen)
{
	const char *const texts[] = {
		knows_mouse() ? MOUSE_OFF : NULL,
		knows_marks() ? PASTE_OFF : NULL,
		exit_attribute_mode,
		orig_pair,
		cursor_normal,
		keypad_local,
		exit_ca_mode,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i])
			tputs(texts[i], 1, restore_putc);
	restore_arm(screen->output.tty_fd);
}

static void learn_keys(struct input *input)
{
	const struct input_sequence keys[] = {
		{ key_up, KEYCODE_UP },
		{ key_down, KEYCODE_DOWN },
		{ key_left, KEYCODE_LEFT },
		{ key_right, KEYCODE_RIGHT },
		{ key_ppage, KEYCODE_PAGE_UP },
		{ key_npage, KEYCODE_PAGE_DOWN },
		{ key_home, KEYCODE_HOME },
		{ key_find, KEYCODE_HOME },
		{ key_end, KEYCODE_END },
		{ key_select, KEYCODE_END },
		{ key_dc, KEYCODE_DELETE },
		{ key_backspace, KEYCODE_BACKSPACE },
		{ key_enter, '\r' },
		{ key_f1, KEYCODE_F1 },
		{ key_f2, KEYCODE_F2 },
		{ key_f3, KEYCODE_F3 },
		{ key_f4, KEYCODE_F4 },
		{ key_f5, KEYCODE_F5 },
		{ key_f6, KEYCODE_F6 },
		{ key_f7, KEYCODE_F7 },
		{ key_f8, KEYCODE_F8 },
		{ key_f9, KEYCODE_F9 },
		{ key_f10, KEYCODE_F10 },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		input_learn(input, keys[i].bytes, keys[i].key);
}

/* newterm() puts handlers of its own in place, which know nothing of the way we write. */
static SCREEN *new_terminal(FILE *file)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	enum { N = sizeof(signals) / sizeof(signals[0]) };
	struct sigaction before[N];
	SCREEN *terminal;

	for (size_t i = 0; i < N; i++)
		sigaction(signals[i], NULL, &before[i]);
	terminal = newterm(NULL, file, stdin);
	for (size_t i = 0; i < N; i++)
		sigaction(signals[i], &before[i], NULL);
	return terminal;
}

/* A descriptor of our own for ncurses, as what is behind it will change. */
static FILE *open_file(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

static void take_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resize_term(size.ws_row, size.ws_col); /* resizeterm() would type a key, too */
}

/*
 * ncurses sets the terminal up through its descriptor; from then on what it writes goes to memory,
 * and the settings are ours to keep.
 */
static int take_terminal(struct screen *screen)
{
	int err;

	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	typeahead(-1); /* a frame is drawn to its end */
	curs_set(0);
	take_size();
	if (tcgetattr(STDIN_FILENO, &screen->raw))
		return -errno;
	err = output_open(&screen->output, STDOUT_FILENO);
	if (err)
		return err;
	if (dup3(screen->output.frame_fd, fileno(screen->file), O_CLOEXEC) < 0) {
		err = -errno;
		output_close(&screen->output);
		return err;
	}
	report(screen, true);
	return 0;
}

static void free_screen(struct screen *screen)
{
	if (screen->terminal) {
		endwin();
		delscreen(screen->terminal);
	}
	if (screen->file)
		fclose(screen->file);
	shown_fini(&screen->shown);
	free(screen);
}

static int open_terminal(struct screen *screen, char *error, size_t error_cap)
{
	const char *term = getenv("TERM");
	int err;

	screen->file = open_file();
	if (screen->file)
		screen->terminal = new_terminal(screen->file);
	if (!screen->terminal || !cursor_address) {
		snprintf(error, error_cap,
			 "TERM=%.32s is unknown or cannot move the cursor: set TERM, or use --once "
			 "or --stream",
			 term ? term : "");
		return -ENOTTY;
	}
	err = take_terminal(screen);
	if (err)
		snprintf(error, error_cap, "the terminal cannot be used: %s", strerror(-err));
	return err;
}

struct screen *screen_open(const struct theme *theme, bool colors, bool ascii, char *error,
			   size_t error_cap)
{
	struct screen *screen = calloc(1, sizeof(*screen));

	if (!screen) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	restore_prepare();
	if (open_terminal(screen, error, error_cap)) {
		free_screen(screen);
		return NULL;
	}
	arm_restore(screen);
	learn_keys(&screen->input);
	screen->charset = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") ? CHARSET_ASCII
									 : CHARSET_UTF8;
	colors_init(&screen->colors, colors);
	colors_use(&screen->colors, theme);
	return screen;
}

/* Not for ever: a terminal that nobody reads does not keep us. */
static void give_back(struct screen *screen)
{
	report(screen, false);
	endwin();
	if (output_take(&screen->output) || output_drain(&screen->output, LAST_WORDS_MS))
		restore_now();
	tcsetattr(STDIN_FILENO, TCSANOW, restore_settings());
}

void screen_close(struct screen *screen)
{
	if (!screen)
		return;
	/* A terminal without an alternate screen goes on below the last frame. */
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	give_back(screen);
	restore_disarm();
	output_close(&screen->output);
	free_screen(screen);
}

void screen_resume(struct screen *screen)
{
	/* First of all: in the background this stops us again. */
	tcsetattr(STDIN_FILENO, TCSANOW, &screen->raw);
	keypad(stdscr, TRUE);
	report(screen, true);
	screen_resized(screen);
}

void screen_suspend(struct screen *screen)
{
	struct timespec no_time = { 0 };
	sigset_t stop, go_on, before;

	give_back(screen);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	kill(0, SIGTSTP); /* here we stop */
	sigprocmask(SIG_SETMASK, &before, NULL);
	/* We know. */
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	if (sigismember(&before, SIGCONT))
		sigtimedwait(&go_on, NULL, &no_time);
	screen_resume(screen);
}

enum charset screen_charset(const struct screen *screen)
{
	return screen->charset;
}

void screen_size(const struct screen *screen, int *rows, int *cols)
{
	(void)screen;
	*rows = LINES;
	*cols = COLS;
}

void screen_resized(struct screen *screen)
{
	take_size();
	screen_redraw(screen);
}

void screen_redraw(struct screen *screen)
{
	shown_forget(&screen->shown);
	clearok(curscr, TRUE);
}

void screen_use_theme(struct screen *screen, const struct theme *theme)
{
	colors_use(&screen->colors, theme);
	shown_forget(&screen->shown);
}

/* --- showing ---------------------------------------------------------------------------------- */

/* Writes the cells of one role that stand next to each other in one piece. */
static int show_run(const struct screen *screen, const struct cell *cells, int cols, int row,
		    int col)
{
	char text[1024];
	size_t len = 0;
	int end = col;

	for (; end < cols && cells[end].role == cells[col].role; end++) {
		if (len + cells[end].len > sizeof(text))
			break;
		memcpy(text + len, cells[end].bytes, cells[end].len);
		len += cells[end].len;
	}
	colors_set(&screen->colors, cells[col].role);
	mvaddnstr(row, col, text, len);
	return end;
}

static void show_cells(const struct screen *screen, const struct grid *grid, int row, int from,
		       int to)
{
	const struct cell *cells = grid->cells + (size_t)row * grid->cols;

	for (int col = from; col < to;)
		col = show_run(screen, cells, to, row, col);
}

static void send_frame(struct screen *screen)
{
	/* What was lost ncurses takes for shown. */
	if (output_take(&screen->output) == -ENOMEM)
		clearok(curscr, TRUE);
}

void screen_show(struct screen *screen, const struct grid *grid, int cursor_row, int cursor_col)
{
	int rows = grid->rows < LINES ? grid->rows : LINES;
	int cols = grid->cols < COLS ? grid->cols : COLS;
	int from, to;

	screen->skipped = output_busy(&screen->output);
	if (screen->skipped)
		return;
	if (!shown_begin(&screen->shown, grid))
		erase();
	for (int row = 0; row < rows; row++)
		if (shown_row(&screen->shown, grid, row, &from, &to))
			show_cells(screen, grid, row, from, to < cols ? to : cols);
	if (cursor_row >= 0)
		move(cursor_row, cursor_col < COLS ? cursor_col : COLS - 1);
	leaveok(stdscr, cursor_row < 0);
	curs_set(cursor_row >= 0);
	refresh();
	send_frame(screen);
}

int screen_blocked_fd(const struct screen *screen)
{
	return screen->skipped || screen->output.len ? screen->output.tty_fd : -1;
}

bool screen_flush(struct screen *screen)
{
	output_send(&screen->output);
	return screen->skipped && !output_busy(&screen->output);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* Adds what the terminal sends within that time. How many bytes, or -EIO. */
static int receive(struct screen *screen, int timeout_ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	char bytes[256];
	ssize_t n;

	if (poll(&fd, 1, timeout_ms) <= 0 ||
	    screen->input.n + sizeof(bytes) > sizeof(screen->input.bytes))
		return 0;
	n = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return -EIO;
	return input_add(&screen->input, bytes, n);
}

static long long monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Two clicks on one place, soon after each other, are a double click; a third begins anew. */
static void count_clicks(struct screen *screen)
{
	struct mouse *mouse = &screen->input.mouse;
	long long now_ms = monotonic_ms();

	if (mouse->act == MOUSE_CLICK && screen->clicked.act == MOUSE_CLICK &&
	    screen->clicked.row == mouse->row && now_ms - screen->clicked_ms <= DOUBLE_MS)
		mouse->act = MOUSE_DOUBLE;
	screen->clicked = *mouse;
	screen->clicked_ms = now_ms;
}

int screen_key(struct screen *screen)
{
	int key, n = 1;

	while ((key = input_key(&screen->input, n == 0)) == 0) {
		n = receive(screen, 0);
		if (n == 0 && !input_patience_ms(&screen->input))
			return 0;
		if (n == 0)
			n = receive(screen, input_patience_ms(&screen->input));
		if (n < 0)
			return n;
	}
	if (key == KEYCODE_MOUSE)
		count_clicks(screen);
	return key;
}

struct mouse screen_mouse(const struct screen *screen)
{
	return screen->input.mouse;
}

const char *screen_paste(const struct screen *screen, size_t *len)
{
	*len = screen->input.paste_len;
	return screen->input.paste;
}
