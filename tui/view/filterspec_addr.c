/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and prefixes in filter expressions. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "filterspec_words.h"

/* What IPv4 wears as IPv6, ::ffff:0:0/96, is 96 bits more than the prefix of the IPv4 in it. */
#define MAPPED_BITS 96

static unsigned address_bits(const struct filter_net *net)
{
	return net->ip == 4 ? 32 : 128;
}

/* `text`: an address, not terminated. Fills a zeroed net but for the mask. */
static bool address_parse(const char *text, size_t len, struct filter_net *net)
{
	char address[INET6_ADDRSTRLEN];

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	net->ip = memchr(text, ':', len) ? 6 : 4;
	return inet_pton(net->ip == 4 ? AF_INET : AF_INET6, address, net->addr) == 1;
}

/* The kernel shows the connections of such addresses as IPv4: so does the filter. */
static void unmap(struct filter_net *net, uint32_t *prefix)
{
	const __u32 v4 = net->addr[3];

	if (net->ip == 4 || *prefix < MAPPED_BITS || net->addr[0] || net->addr[1] ||
	    net->addr[2] != htonl(0xffff))
		return;
	memset(net, 0, sizeof(*net));
	net->ip = 4;
	net->addr[0] = v4;
	*prefix -= MAPPED_BITS;
}

static void set_mask(struct filter_net *net, uint32_t prefix)
{
	for (uint32_t word = 0; word < 4; word++) {
		uint32_t bits = prefix > 32 * word ? prefix - 32 * word : 0;

		net->mask[word] = bits >= 32 ? 0xffffffffU : htonl(~(0xffffffffU >> bits));
		net->addr[word] &= net->mask[word];
	}
}

static bool net_parse(const struct word *word, struct filter_net *net, uint32_t *prefix)
{
	const char *slash = memchr(word->text, '/', word->len);
	size_t len = slash ? (size_t)(slash - word->text) : word->len;

	memset(net, 0, sizeof(*net));
	if (!address_parse(word->text, len, net))
		return false;
	*prefix = address_bits(net);
	if (slash && !word_number(slash + 1, word->len - len - 1, address_bits(net), prefix))
		return false;
	unmap(net, prefix);
	set_mask(net, *prefix);
	return true;
}

/* One that is there already is fine. False when the set is full. */
static bool nets_add(struct filter_nets *nets, const struct filter_net *net)
{
	for (uint32_t i = 0; i < nets->n; i++) {
		if (!memcmp(&nets->nets[i], net, sizeof(*net)))
			return true;
	}
	if (nets->n == FILTER_NETS_MAX)
		return false;
	nets->nets[nets->n++] = *net;
	return true;
}

int word_add_addr(const struct reading *reading, const struct word *word)
{
	struct filter_addrs *addrs = &reading->spec->filter.addr;
	char text[INET6_ADDRSTRLEN];
	struct filter_net net;
	uint32_t prefix;

	if (!net_parse(word, &net, &prefix))
		return word_bad(reading, word, filter_dimensions[FILTER_ADDR].hint);
	if (!nets_add(word->excluded ? &addrs->not : &addrs->only, &net))
		return word_full(reading, word, FILTER_NETS_MAX, "addresses of a kind");
	inet_ntop(net.ip == 4 ? AF_INET : AF_INET6, net.addr, text, sizeof(text));
	return prefix == address_bits(&net) ? word_keep(reading, word, "%s", text)
					    : word_keep(reading, word, "%s/%u", text, prefix);
}
