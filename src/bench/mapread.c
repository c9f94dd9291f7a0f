/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The limit for reading maps: what a C program needs for the same map. A command a line on the standard input, the CPU time of
 * its work in nanoseconds and the rows that it saw on the standard output:
 *	batch ID	all entries by bpf_map_lookup_batch(), 65,536 a call, one number of each added up
 *	get ID COUNT	so many look-ups of keys 0, 1, ... by bpf_map_lookup_elem()
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATCH 65536u

static unsigned long long cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static volatile unsigned long long sum;

static unsigned long long batch(int fd, const struct bpf_map_info *info, int each)
{
	static char *keys, *values;
	static size_t key_room, value_room;
	size_t size = (info->value_size + 7) / 8 * 8 * each;
	unsigned int room = info->max_entries < BATCH ? info->max_entries : BATCH;
	unsigned long long rows = 0, added = 0;
	char positions[2][512];
	void *in = NULL;

	if (each == 1)
		size = info->value_size;
	if (key_room < (size_t)room * info->key_size)
		keys = realloc(keys, key_room = (size_t)room * info->key_size);
	if (value_room < room * size)
		values = realloc(values, value_room = room * size);
	for (int turn = 0;; turn ^= 1) {
		unsigned int count = room;
		int error = bpf_map_lookup_batch(fd, in, positions[turn], keys, values, &count, NULL);

		if (error && errno != ENOENT)
			fail("bpf_map_lookup_batch");
		for (size_t i = 0; i < (size_t)count * each; i++)
			added += *(unsigned long long *)(values + i * (size / each));
		rows += count;
		if (error)
			break;
		in = positions[turn];
	}
	sum = added;
	return rows;
}

static unsigned long long get(int fd, const struct bpf_map_info *info, unsigned int count)
{
	char *value = malloc((info->value_size + 7) / 8 * 8);
	char key[512] = {};

	for (unsigned int i = 0; i < count; i++) {
		memcpy(key, &i, sizeof(i));
		if (bpf_map_lookup_elem(fd, key, value))
			fail("bpf_map_lookup_elem");
		sum += *(unsigned long long *)value;
	}
	free(value);
	return count;
}

int main(void)
{
	unsigned int id, count;
	char command[16], line[256];

	setlinebuf(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		struct bpf_map_info info = {};
		__u32 length = sizeof(info);
		unsigned long long start, rows;
		int fd, each;

		count = 0;
		if (sscanf(line, "%15s %u %u", command, &id, &count) < 2)
			return 2;
		fd = bpf_map_get_fd_by_id(id);
		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &length))
			fail("the map");
		each = info.type == BPF_MAP_TYPE_PERCPU_HASH ? libbpf_num_possible_cpus() : 1;
		start = cpu();
		rows = !strcmp(command, "get") ? get(fd, &info, count) : batch(fd, &info, each);
		printf("%llu %llu\n", cpu() - start, rows);
		close(fd);
	}
	return 0;
}
