/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only in conntop-static: keeps the C library from loading shared objects of the host.
 *
 * A static glibc still loads NSS modules and character set converters at run time, and with them
 * the host's own C library. Where that differs (often already the same version: getpwuid(3) of an
 * unknown uid with "passwd: files systemd" in nsswitch.conf, glibc 2.36), the program crashes.
 */
#include <langinfo.h>
#include <locale.h>
#include <nss.h>
#include <stdlib.h>
#include <string.h>

/* Names come from /etc/passwd, /etc/group and /etc/services, which glibc reads by itself. */
static void names_from_files(void)
{
	static const char *const databases[] = { "passwd", "group", "initgroups", "services" };

	for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
		if (__nss_configure_lookup(databases[i], "files"))
			abort(); /* only for names that glibc does not know */
	}
}

/* Of character sets UTF-8 and ASCII need no converter; conntop shows ASCII in any other. */
static void locale_without_converter(void)
{
	if (!setlocale(LC_CTYPE, "") || !strcmp(nl_langinfo(CODESET), "UTF-8"))
		return;
	setenv("LC_ALL", "C", 1);
}

/* Before main(), which is the same in every build. */
static __attribute__((constructor)) void stay_static(void)
{
	names_from_files();
	locale_without_converter();
}

/*
 * Debian 13's libelf.a (elfutils 0.192) calls these two and holds neither. They would prepare and
 * empty the memory of elf_getdata_rawchunk(3), which nothing here calls: it stays zeroed.
 */
void eu_search_tree_init(void *tree);
void eu_search_tree_fini(void *tree, void (*free_node)(void *));

void eu_search_tree_init(void *tree)
{
	(void)tree;
}

void eu_search_tree_fini(void *tree, void (*free_node)(void *))
{
	(void)tree;
	(void)free_node;
}
