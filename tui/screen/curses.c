/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal through ncursesw. The only file that knows it. */
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <curses.h>
#include <term.h>
#include "keys.h"
#include "screen.h"

struct screen {
	SCREEN *terminal;
	enum charset charset;
	attr_t attributes[ROLE_COUNT];
	short pairs[ROLE_COUNT];
};

/* --- the way out of a crash ------------------------------------------------------------------- */

/*
 * What a signal handler needs to give the terminal back: it may call nothing but write(2) and the
 * like. The one piece of global state there is.
 */
static struct {
	volatile sig_atomic_t armed;
	struct termios termios;
	char text[512]; /* leaves the alternate screen, shows the cursor, resets colours */
	size_t len;
} restore;

static int restore_putc(int c)
{
	if (restore.len < sizeof(restore.text))
		restore.text[restore.len++] = c;
	return c;
}

static void restore_add(const char *capability)
{
	if (capability)
		tputs(capability, 1, restore_putc);
}

static void crashed(int signal)
{
	if (restore.armed) {
		restore.armed = 0;
		if (write(STDOUT_FILENO, restore.text, restore.len) < 0)
			_exit(128 + signal);
		tcsetattr(STDIN_FILENO, TCSANOW, &restore.termios);
	}
	raise(signal); /* SA_RESETHAND: its default action now */
}

/* Before ncurses changes anything. */
static void restore_prepare(void)
{
	tcgetattr(STDIN_FILENO, &restore.termios);
}

static void restore_arm(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_RESETHAND | SA_NODEFER };

	restore.len = 0;
	restore_add(exit_attribute_mode);
	restore_add(orig_pair);
	restore_add(cursor_normal);
	restore_add(keypad_local);
	restore_add(exit_ca_mode);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	restore.armed = 1;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static attr_t style_attributes(unsigned style)
{
	static const struct {
		unsigned style;
		attr_t attribute;
	} table[] = {
		{ STYLE_BOLD, A_BOLD },	      { STYLE_DIM, A_DIM },
		{ STYLE_ITALIC, A_ITALIC },   { STYLE_UNDERLINE, A_UNDERLINE },
		{ STYLE_REVERSE, A_REVERSE },
	};
	attr_t attributes = A_NORMAL;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (style & table[i].style)
			attributes |= table[i].attribute;
	return attributes;
}

/* A colour the terminal has: bright ones fall back to the plain eight. */
static short known_color(short color)
{
	if (color < COLORS)
		return color;
	return color < 16 ? color % 8 : COLOR_TERMINAL;
}

static void use_theme(struct screen *screen, const struct theme *theme, bool colors)
{
	bool paint = colors && has_colors() && start_color() == OK;

	if (paint)
		use_default_colors();
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		const struct style *style = &theme->roles[i];

		screen->attributes[i] = style_attributes(style->attributes);
		screen->pairs[i] = 0;
		if (!paint || (style->fg == COLOR_TERMINAL && style->bg == COLOR_TERMINAL))
			continue;
		if (init_pair(i + 1, known_color(style->fg), known_color(style->bg)) == OK)
			screen->pairs[i] = i + 1;
	}
}

static void take_terminal(void)
{
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
}

struct screen *screen_open(const struct theme *theme, bool colors, bool ascii, char *error,
			   size_t error_cap)
{
	struct screen *screen;
	const char *term = getenv("TERM");

	screen = calloc(1, sizeof(*screen));
	if (!screen) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	restore_prepare();
	set_escdelay(25);
	screen->terminal = newterm(NULL, stdout, stdin);
	if (!screen->terminal || !cursor_address) {
		if (screen->terminal) {
			endwin();
			delscreen(screen->terminal);
		}
		free(screen);
		snprintf(error, error_cap,
			 "TERM=%.32s is unknown or cannot move the cursor: set TERM, or use --once "
			 "or --stream",
			 term ? term : "");
		return NULL;
	}
	screen->charset = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") ? CHARSET_ASCII
									 : CHARSET_UTF8;
	use_theme(screen, theme, colors);
	take_terminal();
	restore_arm();
	return screen;
}

void screen_close(struct screen *screen)
{
	if (!screen)
		return;
	/* A terminal without an alternate screen goes on below the last frame. */
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
	restore.armed = 0;
	delscreen(screen->terminal);
	free(screen);
}

void screen_suspend(struct screen *screen)
{
	(void)screen;
	endwin();
	kill(0, SIGTSTP);
	clearok(curscr, TRUE);
	refresh();
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
	struct winsize size;

	(void)screen;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resize_term(size.ws_row, size.ws_col); /* resizeterm() would type a key, too */
	clearok(curscr, TRUE);
}

void screen_redraw(struct screen *screen)
{
	(void)screen;
	clearok(curscr, TRUE);
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
	attr_set(screen->attributes[cells[col].role], screen->pairs[cells[col].role], NULL);
	mvaddnstr(row, col, text, len);
	return end;
}

void screen_show(struct screen *screen, const struct grid *grid, int cursor_row, int cursor_col)
{
	int rows = grid->rows < LINES ? grid->rows : LINES;
	int cols = grid->cols < COLS ? grid->cols : COLS;

	erase();
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols;)
			col = show_run(screen, grid->cells + row * grid->cols, cols, row, col);
	if (cursor_row >= 0)
		move(cursor_row, cursor_col < COLS ? cursor_col : COLS - 1);
	curs_set(cursor_row >= 0);
	refresh();
}

/* --- keys ------------------------------------------------------------------------------------- */

static int translate(wint_t code)
{
	static const struct {
		int curses;
		int key;
	} table[] = {
		{ KEY_UP, KEYCODE_UP },
		{ KEY_DOWN, KEYCODE_DOWN },
		{ KEY_LEFT, KEYCODE_LEFT },
		{ KEY_RIGHT, KEYCODE_RIGHT },
		{ KEY_PPAGE, KEYCODE_PAGE_UP },
		{ KEY_NPAGE, KEYCODE_PAGE_DOWN },
		{ KEY_HOME, KEYCODE_HOME },
		{ KEY_FIND, KEYCODE_HOME },
		{ KEY_END, KEYCODE_END },
		{ KEY_SELECT, KEYCODE_END },
		{ KEY_DC, KEYCODE_DELETE },
		{ KEY_BACKSPACE, KEYCODE_BACKSPACE },
		{ KEY_ENTER, '\r' },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].curses == (int)code)
			return table[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(10))
		return KEYCODE_F1 + (code - KEY_F(1));
	return KEYCODE_UNKNOWN;
}

int screen_key(struct screen *screen)
{
	wint_t code = 0;
	int kind;

	(void)screen;
	errno = 0;
	kind = get_wch(&code);
	if (kind == ERR)
		return errno == EIO ? -EIO : 0;
	if (kind == KEY_CODE_YES)
		return translate(code);
	if (code == 0x7f || code == '\b')
		return KEYCODE_BACKSPACE;
	return code == '\n' ? '\r' : (int)code;
}
