/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scene's users and processes: a web server with an application and a database, a container, a
 * nightly backup, two people at work, and one whose names are meant for the terminal of who looks.
 */
#include <errno.h>
#include <signal.h>
#include "scene.h"

#define DAY_MS 86400000LL

enum { ROOT, WWW_DATA, POSTGRES, REDIS, METRICS, ALICE, BOB, BACKUP };

const struct scene_user scene_users[] = {
	[ROOT] = { "root", 0, 0 },
	[WWW_DATA] = { "www-data", 33, 33 },
	[POSTGRES] = { "postgres", 105, 113 },
	[REDIS] = { "redis", 999, 999 },
	[METRICS] = { "prometheus", 107, 115 },
	[ALICE] = { "alice", 1000, 1000 },
	[BOB] = { "bob", 1001, 1001 },
	[BACKUP] = { "backup-operator", 1002, 1002 },
};

const size_t n_scene_users = sizeof(scene_users) / sizeof(scene_users[0]);

#define INIT	"/init.scope"
#define UNIT(n) "/system.slice/" n ".service"
#define REDIS_C          \
	"/system.slice/" \
	"docker-3f9a1c77be024d55a1e8c0b6d7f2e94415ac0de9b81f6c3720d94e8ab65f1c02.scope"
#define LOGIN_A "/user.slice/user-1000.slice/session-7.scope"
#define LOGIN_B "/user.slice/user-1001.slice/session-9.scope"

/* PID, PPID, user, cgroup; when, for how long (0: still); file; arguments, a NUL between two. */
#define RUN(pid_, ppid_, user_, cgroup_, at_, life_, file_, args_)                        \
	.pid = (pid_), .ppid = (ppid_), .user = &scene_users[user_], .cgroup = (cgroup_), \
	.at_ms = (at_), .life_ms = (life_), .file = (file_), .args = (args_),             \
	.args_len = sizeof(args_)

/* What cron asks of the shop. */
#define HEALTHZ(pid_, at_, life_)                                       \
	RUN(pid_, 640, ROOT, UNIT("cron"), at_, life_, "/usr/bin/curl", \
	    "curl\0-fsS\0--max-time\0"                                  \
	    "2\0http://127.0.0.1:8080/healthz")

const struct scene_process scene_processes[] = {
	/* before conntop: seen only as parents, and by what they are connected to */
	{ RUN(1, 0, ROOT, INIT, -31 * DAY_MS, 0, "/usr/lib/systemd/systemd", "/sbin/init") },
	{ RUN(640, 1, ROOT, UNIT("cron"), -31 * DAY_MS, 0, "/usr/sbin/cron",
	      "/usr/sbin/cron\0-f") },
	{ RUN(655, 1, METRICS, UNIT("node-exporter"), -31 * DAY_MS, 0, "/usr/bin/node_exporter",
	      "/usr/bin/node_exporter\0--web.listen-address=:9100") },
	{ RUN(698, 1, ROOT, UNIT("ssh"), -31 * DAY_MS, 0, "/usr/sbin/sshd",
	      "sshd: /usr/sbin/sshd -D") },
	{ RUN(731, 1, ROOT, UNIT("nginx"), -9 * DAY_MS, 0, "/usr/sbin/nginx",
	      "nginx: master process /usr/sbin/nginx") },
	{ RUN(732, 731, WWW_DATA, UNIT("nginx"), -9 * DAY_MS, 0, "/usr/sbin/nginx",
	      "nginx: worker process") },
	{ RUN(733, 731, WWW_DATA, UNIT("nginx"), -9 * DAY_MS, 0, "/usr/sbin/nginx",
	      "nginx: worker process") },
	{ RUN(802, 1, POSTGRES, UNIT("postgresql@15-main"), -9 * DAY_MS, 0,
	      "/usr/lib/postgresql/15/bin/postgres",
	      "/usr/lib/postgresql/15/bin/postgres\0-D\0/var/lib/postgresql/15/main") },
	{ RUN(850, 1, WWW_DATA, UNIT("shop"), -9 * DAY_MS, 0, "/opt/shop/bin/gunicorn",
	      "/opt/shop/bin/python\0/opt/shop/bin/gunicorn\0shop.wsgi") },
	{ RUN(851, 850, WWW_DATA, UNIT("shop"), -9 * DAY_MS, 0, "/opt/shop/bin/gunicorn",
	      "/opt/shop/bin/python\0/opt/shop/bin/gunicorn\0shop.wsgi") },
	{ RUN(901, 1, ROOT, UNIT("docker"), -31 * DAY_MS, 0, "/usr/bin/dockerd",
	      "/usr/bin/dockerd\0-H\0fd://") },
	{ RUN(1204, 1, ROOT, UNIT("docker"), -31 * DAY_MS, 0, "/usr/bin/containerd-shim-runc-v2",
	      "/usr/bin/containerd-shim-runc-v2\0-namespace\0moby") },
	{ RUN(1230, 1204, REDIS, REDIS_C, -31 * DAY_MS, 0, "/usr/local/bin/redis-server",
	      "redis-server *:6379") },
	{ RUN(41100, 698, ROOT, LOGIN_A, -7200000, 0, "/usr/sbin/sshd", "sshd: alice [priv]") },
	{ RUN(41199, 41100, ALICE, LOGIN_A, -7199000, 0, "/usr/sbin/sshd", "sshd: alice@pts/0") },
	{ RUN(41200, 41199, ALICE, LOGIN_A, -7198000, 0, "/bin/bash", "-bash") },
	{ RUN(42000, 698, ROOT, LOGIN_B, -1800000, 0, "/usr/sbin/sshd", "sshd: bob [priv]") },
	{ RUN(42010, 42000, BOB, LOGIN_B, -1799000, 0, "/bin/bash", "-bash") },

	/* the nightly backup: a shell script that becomes something else */
	{ RUN(43001, 640, BACKUP, UNIT("cron"), -71250, 0, "/bin/sh",
	      "/bin/sh\0-c\0/usr/local/bin/nightly --to backup.example.net") },
	{ RUN(43001, 640, BACKUP, UNIT("cron"), -71248, 0, "/usr/local/bin/nightly",
	      "/bin/bash\0/usr/local/bin/nightly\0--to\0backup.example.net") },
	{ RUN(43002, 43001, BACKUP, UNIT("cron"), -71240, 9200, "/usr/bin/pg_dump",
	      "pg_dump\0--format=custom\0--file=/var/backups/shop.dump\0shop") },
	{ RUN(43003, 43001, BACKUP, UNIT("cron"), -61900, 0, "/usr/bin/tar",
	      "tar\0--create\0--zstd\0--file=-\0/var/backups\0/etc\0/srv/www") },
	{ RUN(43004, 43003, BACKUP, UNIT("cron"), -61880, 0, "/usr/bin/zstd", "zstd\0-T0") },
	{ RUN(43005, 43001, BACKUP, UNIT("cron"), -61870, 0, "/usr/bin/rsync",
	      "rsync\0--archive\0--partial\0/var/backups/\0backup.example.net:/srv/web-03/") },
	{ RUN(43006, 43005, BACKUP, UNIT("cron"), -61860, 0, "/usr/bin/ssh",
	      "ssh\0-o\0BatchMode=yes\0backup.example.net\0rsync\0--server\0-logDtprze."
	      "iLsfxCIvu") },

	/* checks every ten seconds */
	{ HEALTHZ(43100, -60100, 31) },
	{ HEALTHZ(43101, -50100, 29) },
	{ HEALTHZ(43102, -40100, 33) },
	{ HEALTHZ(43103, -30100, 30) },
	{ HEALTHZ(43104, -20100, 2003), .code = 28 },
	{ HEALTHZ(43105, -10100, 32) },
	{ HEALTHZ(43106, -100, 30) },

	/* whose parent has ended, and was never seen to execute */
	{ RUN(43149, 640, ROOT, UNIT("cron"), -95000, 51100, "/bin/sh",
	      "sh\0/etc/cron.hourly/rotate") },
	{ RUN(43150, 43149, ROOT, UNIT("cron"), -44000, 12, "/usr/bin/logger",
	      "logger\0-t\0shop\0rotated") },

	/* alice: a build */
	{ RUN(43201, 41200, ALICE, LOGIN_A, -24800, 23100, "/usr/bin/make", "make\0-j4\0all"),
	  .code = 2 },
	{ RUN(43202, 43201, ALICE, LOGIN_A, -24750, 6, "/bin/sh",
	      "/bin/sh\0-c\0git describe --always --dirty") },
	{ RUN(43203, 43202, ALICE, LOGIN_A, -24748, 4, "/usr/bin/git",
	      "git\0describe\0--always\0--dirty") },
	{ RUN(43210, 43201, ALICE, LOGIN_A, -24700, 3120, "/usr/bin/gcc",
	      "gcc\0-O2\0-Wall\0-Iinclude\0-c\0src/main.c\0-o\0build/main.o") },
	{ RUN(43211, 43210, ALICE, LOGIN_A, -24690, 2900, "/usr/libexec/gcc/cc1",
	      "cc1\0-quiet\0-I\0include\0src/main.c\0-o\0/tmp/cc7Qx1.s") },
	{ RUN(43212, 43210, ALICE, LOGIN_A, -21780, 190, "/usr/bin/as",
	      "as\0--64\0-o\0build/main.o\0/tmp/cc7Qx1.s") },
	{ RUN(43220, 43201, ALICE, LOGIN_A, -24698, 4310, "/usr/bin/gcc",
	      "gcc\0-O2\0-Wall\0-Iinclude\0-c\0src/request.c\0-o\0build/request.o") },
	{ RUN(43221, 43220, ALICE, LOGIN_A, -24688, 4100, "/usr/libexec/gcc/cc1",
	      "cc1\0-quiet\0-I\0include\0src/request.c\0-o\0/tmp/ccBm2k.s") },
	{ RUN(43222, 43220, ALICE, LOGIN_A, -20580, 180, "/usr/bin/as",
	      "as\0--64\0-o\0build/request.o\0/tmp/ccBm2k.s") },
	{ RUN(43230, 43201, ALICE, LOGIN_A, -21500, 2210, "/usr/bin/gcc",
	      "gcc\0-O2\0-Wall\0-Iinclude\0-c\0src/retry.c\0-o\0build/retry.o"),
	  .code = 1 },
	{ RUN(43231, 43230, ALICE, LOGIN_A, -21490, 2190, "/usr/libexec/gcc/cc1",
	      "cc1\0-quiet\0-I\0include\0src/retry.c\0-o\0/tmp/ccuZ09.s"),
	  .code = 1 },
	{ RUN(43240, 43201, ALICE, LOGIN_A, -21400, 900, "/usr/bin/python3",
	      "python3\0tools/version.py\0--output\0build/version.h") },

	/* alice again: what she types */
	{ RUN(43301, 41200, ALICE, LOGIN_A, -14200, 44, "/usr/bin/ss", "ss\0-tnp") },
	{ RUN(43302, 41200, ALICE, LOGIN_A, -12000, 0, "/usr/bin/psql",
	      "psql\0-h\0"
	      "db.example.net\0shop\0-c\0select id, state from orders where state = 'open'") },
	{ RUN(43303, 41200, ALICE, LOGIN_A, -9000, 3030, "/usr/bin/curl",
	      "curl\0-v\0--connect-timeout\0"
	      "3\0https://payments.example.org/v2/status"),
	  .code = 28 },
	{ RUN(43304, 41200, ALICE, LOGIN_A, -5400, 0, "/usr/bin/curl",
	      "curl\0-O\0https://mirror.example.net/images/debian-12.12.0-amd64-netinst.iso") },
	{ RUN(43305, 41200, ALICE, LOGIN_A, -4100, 1210, "/usr/bin/sort",
	      "sort\0-u\0/var/log/nginx/access.log"),
	  .signal = SIGKILL },
	{ RUN(43306, 41200, ALICE, LOGIN_A, -3300, 3, "/usr/bin/kubectl", "kubectl\0get\0pods"),
	  .error = ENOENT },
	{ RUN(43307, 41200, ALICE, LOGIN_A, -2600, 2, "/home/alice/deploy.sh",
	      "./deploy.sh\0--dry-run"),
	  .error = EACCES },
	{ RUN(43308, 41200, ALICE, LOGIN_A, -1900, 160, "/usr/bin/dig",
	      "dig\0+short\0example.net") },
	{ RUN(43309, 41200, ALICE, LOGIN_A, -900, 0, "/usr/bin/less",
	      "less\0/var/log/nginx/error.log") },

	/* bob: names that mean to paint on somebody else's screen */
	{ RUN(43401, 42010, BOB, LOGIN_B, -16000, 5, "/tmp/\033[2Jx",
	      "\033[2J\033[H\0\033]52;c;cm0gLXJm\007") },
	{ RUN(43402, 42010, BOB, LOGIN_B, -15500, 5, "/tmp/evil",
	      "evil\0\xe2\x80\xaegnp.exe\0two\nlines\0tab\there\0back\b\bspace") },
	{ RUN(43403, 42010, BOB, LOGIN_B, -15000, 5, "/tmp/bytes",
	      "bytes\0\xff\xfe\0\xc0\xaf\0\xed\xa0\x80\0\x9b"
	      "31mred\0\xc2\x9b"
	      "31mred") },
	{ RUN(43404, 42010, BOB, LOGIN_B, -14500, 0,
	      "/home/bob/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	      "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\0\xe2\x80\x94\xe9\x80\x9f\xe5\xba\xa6\0"
	      "Zu\xcc\x88rich\0cafe\xcc\x81") },
	{ RUN(43405, 42010, BOB, LOGIN_B, -14000, 5, "/tmp/formula",
	      "=cmd|'/c calc'!A0\0@SUM(1)") },
	{ RUN(43406, 42010, BOB, LOGIN_B, -13500, 5, "/tmp/a-name-longer-than-comm-can-hold",
	      "a-name-longer-than-comm-can-hold\0"
	      "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-"
	      "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-the-end"),
	  .comm = "a-name-longer-t" },
	{ RUN(43407, 42010, BOB, LOGIN_B, -8000, 0, "/usr/bin/nc",
	      "nc\0-l\0-p\0"
	      "4444") },

	/* what comes when one more second is let pass */
	{ RUN(43501, 41200, ALICE, LOGIN_A, 500, 0, "/usr/bin/vim", "vim\0notes.txt") },
	{ RUN(43502, 41200, ALICE, LOGIN_A, 1500, 200, "/usr/bin/date", "date\0--utc") },
};

const size_t n_scene_processes = sizeof(scene_processes) / sizeof(scene_processes[0]);
