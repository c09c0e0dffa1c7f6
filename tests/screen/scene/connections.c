/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scene's connections and listeners. Remote addresses are those of RFC 5737 and RFC 3849. */
#include <errno.h>
#include "scene.h"

#define HOST4 "10.0.2.15"
#define HOST6 "2001:db8:2::15"
#define LOCAL "127.0.0.1"

#define HOUR_MS 3600000LL

#define OUT(pid_, laddr_, lport_, raddr_, rport_) \
	.pid = (pid_), .laddr = (laddr_), .lport = (lport_), .raddr = (raddr_), .rport = (rport_)
#define IN(pid_, laddr_, lport_, raddr_, rport_) \
	.in = true, OUT(pid_, laddr_, lport_, raddr_, rport_)
#define FROM(at_, latency_us_)	 .at_ms = (at_), .latency_us = (latency_us_)
#define ENDS(life_)		 .life_ms = (life_)
#define FAILS(error_)		 .error = (error_)
#define BYTES(tx_, rx_)		 .tx = (tx_), .rx = (rx_)
#define RATES(tx_, rx_)		 .tx_rate = (tx_), .rx_rate = (rx_)
#define RTT(rtt_us_)		 .rtt_us = (rtt_us_)
#define AGAIN(times_, every_ms_) .times = (times_), .every_ms = (every_ms_)

const struct scene_conn scene_conns[] = {
	/* older than conntop */
	{ IN(41199, HOST4, 22, "198.51.100.7", 51544), FROM(-2 * HOUR_MS, 0), BYTES(91820, 40112),
	  RATES(140, 60), RTT(24800) },
	{ IN(42000, HOST6, 22, "2001:db8:77::9:1", 40022), FROM(-HOUR_MS / 2, 0),
	  BYTES(20120, 9020), RATES(90, 30), RTT(81200) },
	{ OUT(850, LOCAL, 40112, LOCAL, 5432), FROM(-220 * HOUR_MS, 0), BYTES(8120334, 60220910),
	  RATES(1900, 21000), RTT(38) },
	{ IN(802, LOCAL, 5432, LOCAL, 40112), FROM(-220 * HOUR_MS, 0), BYTES(60220910, 8120334),
	  RATES(21000, 1900), RTT(40) },
	{ OUT(851, LOCAL, 40120, LOCAL, 6379), FROM(-220 * HOUR_MS, 0), BYTES(102200, 903310),
	  RATES(300, 2900), RTT(31) },
	{ IN(732, HOST6, 443, "2001:db8:4c9:1:a0b1:c2d3:e4f5:617", 61020), FROM(-110000, 0),
	  BYTES(2210400, 18120), RATES(52000, 700), RTT(44100), .retrans = 3 },

	/* the web: visitors, and the application behind it */
	{ IN(732, HOST4, 443, "203.0.113.24", 50110), FROM(-68200, 21400), ENDS(1500),
	  BYTES(48210, 1330), RTT(21800), AGAIN(12, 5100) },
	{ IN(733, HOST4, 443, "203.0.113.87", 38220), FROM(-40300, 63000), ENDS(420),
	  BYTES(9120, 812), RTT(64200), AGAIN(10, 3900) },
	{ IN(733, HOST6, 443, "2001:db8:9a::42", 44380), FROM(-7200, 12100), BYTES(18200, 2410),
	  RATES(310000, 1900), RTT(12900) },
	{ IN(732, HOST4, 443, "203.0.113.190", 55102), FROM(-2100, 140200), BYTES(5120, 640),
	  RATES(8800, 300), RTT(141800), .retrans = 2 },
	{ OUT(732, LOCAL, 52010, LOCAL, 8080), FROM(-67900, 42), ENDS(38), BYTES(1410, 46120),
	  RTT(44), AGAIN(12, 5100) },
	{ IN(850, LOCAL, 8080, LOCAL, 52010), FROM(-67900, 42), ENDS(38), BYTES(46120, 1410),
	  RTT(44), AGAIN(12, 5100) },

	/* checks: the fifth one is not answered in time */
	{ OUT(43105, LOCAL, 45010, LOCAL, 8080), FROM(-10095, 33), ENDS(21), BYTES(85, 172),
	  RTT(35) },
	{ OUT(43106, LOCAL, 45012, LOCAL, 8080), FROM(-95, 31), ENDS(22), BYTES(85, 172), RTT(33) },
	{ IN(655, HOST4, 9100, "10.0.2.9", 33210), FROM(-62000, 410), ENDS(18), BYTES(66120, 210),
	  RTT(430), AGAIN(5, 15000) },

	/* the backup */
	{ OUT(43002, LOCAL, 46002, LOCAL, 5432), FROM(-71200, 48), ENDS(9100),
	  BYTES(2210, 48201220), RTT(52) },
	{ IN(802, LOCAL, 5432, LOCAL, 46002), FROM(-71200, 48), ENDS(9100), BYTES(48201220, 2210),
	  RTT(52) },
	{ OUT(43006, HOST4, 47110, "192.0.2.44", 22), FROM(-61800, 18200), BYTES(3210, 2810),
	  RATES(2411000, 9100), RTT(18700), .retrans = 41 },

	/* alice */
	{ OUT(43302, HOST4, 47200, "192.0.2.61", 5432), FROM(-11950, 1210), BYTES(410, 2210),
	  RTT(1290), .state = TCP_CLOSE_WAIT },
	{ OUT(43303, HOST4, 47210, "198.51.100.200", 443), FROM(-8980, 3000000), FAILS(ETIMEDOUT) },
	{ OUT(43303, HOST6, 47212, "2001:db8:dead::1", 443), FROM(-8990, 210), FAILS(ENETUNREACH),
	  .unsent = true },
	{ OUT(43304, HOST6, 47220, "2001:db8:ffff:1234:5678:9abc:def0:1234", 443),
	  FROM(-5350, 9800), BYTES(810, 5200), RATES(600, 11800000), RTT(10100) },
	{ OUT(43308, HOST4, 47230, "192.0.2.53", 53), FROM(-1850, 900), ENDS(80), BYTES(58, 74),
	  RTT(980) },

	/* refused again and again; nobody answers; a stranger in the container's network */
	{ OUT(851, LOCAL, 40300, LOCAL, 9200), FROM(-44000, 21), FAILS(ECONNREFUSED),
	  AGAIN(8, 5500) },
	{ OUT(851, HOST4, 47300, "198.51.100.201", 8443), FROM(-700, 9000000), FAILS(ETIMEDOUT) },
	{ IN(0, HOST4, 22, "198.51.100.99", 60022), FROM(-3100, 91000), BYTES(1100, 900),
	  RTT(92000) },
	{ IN(43407, HOST4, 4444, "198.51.100.99", 60031), FROM(-5100, 91000), ENDS(1900),
	  BYTES(14, 5), RTT(92000) },

	/* what comes when one more second is let pass */
	{ OUT(851, LOCAL, 40400, LOCAL, 6379), FROM(600, 30), BYTES(120, 88), RTT(31) },
};

const size_t n_scene_conns = sizeof(scene_conns) / sizeof(scene_conns[0]);

#define LISTENS(pid_, laddr_, lport_) .pid = (pid_), .laddr = (laddr_), .lport = (lport_)
#define ACCEPTS(before_, rate_)	      .accepts = (before_), .accept_rate = (rate_)
#define BACKLOG(now_, max_)	      .backlog = (now_), .backlog_max = (max_)

const struct scene_listener scene_listeners[] = {
	{ LISTENS(698, "0.0.0.0", 22), .at_ms = -700 * HOUR_MS, ACCEPTS(812, 0), BACKLOG(0, 128) },
	{ LISTENS(698, "::", 22), .at_ms = -700 * HOUR_MS, ACCEPTS(91, 0), BACKLOG(0, 128) },
	{ LISTENS(731, "0.0.0.0", 443), .at_ms = -220 * HOUR_MS, ACCEPTS(90210, 14),
	  BACKLOG(0, 511) },
	{ LISTENS(731, "::", 443), .at_ms = -220 * HOUR_MS, ACCEPTS(40110, 6), BACKLOG(0, 511) },
	{ LISTENS(850, LOCAL, 8080), .at_ms = -220 * HOUR_MS, ACCEPTS(88110, 19), BACKLOG(31, 64) },
	{ LISTENS(802, LOCAL, 5432), .at_ms = -220 * HOUR_MS, ACCEPTS(1220, 0), BACKLOG(0, 244) },
	{ LISTENS(655, "::", 9100), .at_ms = -700 * HOUR_MS, ACCEPTS(182044, 0), BACKLOG(0, 4096) },
	{ LISTENS(1230, "0.0.0.0", 6379), .at_ms = -700 * HOUR_MS, ACCEPTS(8, 0), BACKLOG(0, 511),
	  .netns = 4026532871U },
	{ LISTENS(43407, "0.0.0.0", 4444), .at_ms = -7980, ACCEPTS(1, 0), BACKLOG(1, 1) },
};

const size_t n_scene_listeners = sizeof(scene_listeners) / sizeof(scene_listeners[0]);
