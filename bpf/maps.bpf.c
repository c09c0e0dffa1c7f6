// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs share; see maps.h. */
#include <stdbool.h>
#include "maps.h"

char LICENSE[] SEC("license") = "GPL";

struct events_map events SEC(".maps");
struct counters_map counters SEC(".maps");
struct filters_map filters SEC(".maps");
struct sockets_map sockets SEC(".maps");

volatile __u32 filter_active = 0;
volatile __u32 reader_waits = 0;
