/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_PAGES_H
#define CONNTOP_TEST_PAGES_H

/* The pages of details, asserted as text: a model, a procfs of the test's own. After cmocka.h. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "detail.h"
#include "rows.h"

#define TICK_NS (1000000000ULL / (unsigned long)sysconf(_SC_CLK_TCK))

static char proc[64];
static struct view_context ctx;
static struct filter filter;
static struct detail_from from;
static struct page page;

static int pages_set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	strcpy(proc, "/tmp/conntop-test-XXXXXX");
	if (!mkdtemp(proc))
		return -1;
	memset(&filter, 0, sizeof(filter));
	model = model_new(100);
	ctx = (struct view_context){ .now_ns = T0_NS,
				     .boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
				     .numeric = true,
				     .charset = CHARSET_ASCII,
				     .names = names_new_at(proc) };
	from = (struct detail_from){ model, &filter, &ctx, 100 };
	return model && ctx.names ? 0 : -1;
}

static inline int pages_remove_one(const char *path, const struct stat *stat, int type,
				   struct FTW *at)
{
	(void)stat, (void)type, (void)at;
	return remove(path);
}

static int pages_tear_down(void **state)
{
	(void)state;
	page_fini(&page);
	names_free(ctx.names);
	model_free(model);
	return nftw(proc, pages_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define PAGE_TEST(name) cmocka_unit_test_setup_teardown(name, pages_set_up, pages_tear_down)

static inline void write_proc_file(uint32_t pid, const char *name, const char *bytes, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u", proc, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%u/%s", proc, pid, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

/* A process that runs since then, in procfs. */
static inline void add_proc(uint32_t pid, const char *comm, uint32_t ppid, uint64_t start_ns)
{
	char stat[256];
	int n = snprintf(stat, sizeof(stat),
			 "%u (%s) S %u 1 1 0 -1 4194560 9 8 7 6 5 4 3 2 20 0 1 0 %llu 1000 99 1\n",
			 pid, comm, ppid, (unsigned long long)(start_ns / TICK_NS));

	write_proc_file(pid, "stat", stat, n);
	write_proc_file(pid, "cmdline", comm, strlen(comm) + 1);
}

/* Fills the page as it is opened. */
static inline void open_page(struct detail detail)
{
	page_init(&page, "");
	detail_fill(&from, &detail, &page);
	page_settle(&page);
	assert_false(page.failed);
}

static inline void open_row(enum pane_id pane, const void *row)
{
	assert_non_null(row);
	open_page(detail_of_row(pane, row));
}

/* The lines, "> " before choices, "LABEL: " before what has a label. */
static inline char *page_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < page.n; i++) {
		const struct page_line *line = &page.lines[i];

		fprintf(out, "%s%s%s", line->choice ? "> " : "", line->label ? line->label : "",
			line->label ? ": " : "");
		fwrite(line->text, 1, line->len, out);
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static inline void expect_page(const char *title, const char *wanted)
{
	char *text = page_text();

	assert_string_equal(page.title, title);
	assert_string_equal(text, wanted);
	free(text);
}

/* The page has a line that is `text`, as page_text() writes it. */
static inline bool page_has(const char *text)
{
	char *all = page_text(), *at = all;
	size_t len = strlen(text);
	bool found = false;

	while (!found && (at = strstr(at, text))) {
		found = (at == all || at[-1] == '\n') && at[len] == '\n';
		at++;
	}
	free(all);
	return found;
}

static inline void expect_line(const char *text)
{
	char *all = page_text();

	if (!page_has(text))
		fail_msg("no line '%s' in\n%s", text, all);
	free(all);
}

/* The choice whose text has `part` in it. */
static inline const struct page_line *choice_with(const char *part)
{
	for (size_t i = 0; i < page.n; i++)
		if (page.lines[i].choice && strstr(page.lines[i].text, part))
			return &page.lines[i];
	return NULL;
}

/* Enter on that choice. */
static inline void follow(const char *part)
{
	const struct page_line *line = choice_with(part);
	struct detail detail;

	if (!line)
		fail_msg("no choice '%s'", part);
	detail = detail_of_choice(&from, line);
	assert_int_not_equal(detail.kind, DETAIL_NONE);
	open_page(detail);
}

#endif
