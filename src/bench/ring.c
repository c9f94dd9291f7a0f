// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The C side of the events benchmark. Reads commands from its input and answers each with a line of
 * numbers:
 *
 *	drain RING		events, ns of CPU: what is in the pinned ring, into columns
 *	run RING SECONDS PAUSE	the same while a program writes; waits by epoll, and looks again after
 *				so many ms without being woken
 *	write SECONDS RATE
 *				calls, ns of CPU: system calls that make the program write; RATE 0 is
 *				as fast as it goes
 */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct event {
	__u64 time, seq;
	__u32 pid, cpu;
	__u64 a, b;
	char comm[16];
	__u64 c;
};

static struct {
	unsigned long count, room;
	__u64 *time, *seq, *a, *b, *c;
	__u32 *pid, *cpu, *comm;
} columns;

static struct {
	__u64 words[64][2];
	unsigned count;
} names;

static struct {
	volatile unsigned long *reader, *writers;
	char *data;
	unsigned long mask;
	int epoll;
	unsigned id;
} ring;

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void grow(void)
{
	unsigned long room = columns.room ? columns.room * 2 : 1 << 20;

	if (columns.room >= 1 << 24) {
		columns.count = 0;
		return;
	}
#define GROW(column) columns.column = realloc(columns.column, room * sizeof(*columns.column))
	GROW(time), GROW(seq), GROW(a), GROW(b), GROW(c), GROW(pid), GROW(cpu), GROW(comm);
	columns.room = room;
}

static void add(const struct event *e)
{
	__u64 word[2];
	unsigned i;

	if (columns.count == columns.room)
		grow();
	memcpy(word, e->comm, sizeof(word));
	for (i = 0; i < names.count; i++)
		if (names.words[i][0] == word[0] && names.words[i][1] == word[1])
			break;
	if (i == names.count && i < 63)
		memcpy(names.words[names.count++], word, sizeof(word));
	columns.time[columns.count] = e->time;
	columns.seq[columns.count] = e->seq;
	columns.a[columns.count] = e->a;
	columns.b[columns.count] = e->b;
	columns.c[columns.count] = e->c;
	columns.pid[columns.count] = e->pid;
	columns.cpu[columns.count] = e->cpu;
	columns.comm[columns.count++] = i;
}

static unsigned long look(void)
{
	unsigned long at = *ring.reader, end, taken = 0;

	end = __atomic_load_n(ring.writers, __ATOMIC_ACQUIRE);
	while (at < end) {
		unsigned *head = (unsigned *)(ring.data + (at & ring.mask));
		unsigned length = __atomic_load_n(head, __ATOMIC_ACQUIRE);

		if (length & BPF_RINGBUF_BUSY_BIT)
			break;
		if (!(length & BPF_RINGBUF_DISCARD_BIT)) {
			add((void *)(head + 2));
			taken++;
		}
		at += ((length & ~BPF_RINGBUF_DISCARD_BIT) + 8 + 7) & ~7ul;
		if (!(taken & 4095))
			__atomic_store_n(ring.reader, at, __ATOMIC_RELEASE);
	}
	__atomic_store_n(ring.reader, at, __ATOMIC_RELEASE);
	return taken;
}

static void use(const char *path)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct bpf_map_info info = {};
	unsigned size = sizeof(info);
	int fd = bpf_obj_get(path);
	long page = getpagesize();

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size)) {
		perror(path);
		exit(1);
	}
	if (ring.id == info.id) {
		close(fd);
		return;
	}
	ring.id = info.id;
	ring.mask = info.max_entries - 1;
	ring.reader = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ring.writers = mmap(NULL, page + 2ul * info.max_entries, PROT_READ, MAP_SHARED, fd, page);
	ring.data = (char *)ring.writers + page;
	ring.epoll = epoll_create1(0);
	epoll_ctl(ring.epoll, EPOLL_CTL_ADD, fd, &event);
}

static void read_for(double time, int pause)
{
	double end = seconds(CLOCK_MONOTONIC) + time;
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	unsigned long taken = 0, now;

	columns.count = 0;
	do {
		now = look();
		taken += now;
		if (!now && time > 0) {
			struct epoll_event event;

			epoll_wait(ring.epoll, &event, 1, pause);
		}
	} while (seconds(CLOCK_MONOTONIC) < end);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("%lu %.0f\n", taken, cpu * 1e9);
}

/* A CPU of its own, so that no reader shares it for as long as the scheduler does not notice. */
static void stay_on_last_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void write_for(double time, double rate)
{
	double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), now;
	unsigned long calls = 0;

	do {
		for (int i = 0; i < 64; i++)
			syscall(SYS_getpgid, 0);
		calls += 64;
		now = seconds(CLOCK_MONOTONIC);
		while (rate > 0 && calls > rate * (now - start)) {
			struct timespec pause = { 0, 50000 };

			nanosleep(&pause, NULL);
			now = seconds(CLOCK_MONOTONIC);
		}
	} while (now < start + time);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("%lu %.0f\n", calls, cpu * 1e9);
}

int main(void)
{
	char line[512], word[16], path[256];
	double time, rate;
	int pause;

	setlinebuf(stdout);
	printf("%d\n", getpid());
	while (fgets(line, sizeof(line), stdin)) {
		time = rate = 0;
		pause = 100;
		if (sscanf(line, "write %lf %lf", &time, &rate) >= 1) {
			stay_on_last_processor();
			write_for(time, rate);
		} else if (sscanf(line, "%15s %255s %lf %d", word, path, &time, &pause) >= 2) {
			use(path);
			read_for(time, pause);
		}
	}
	return 0;
}
