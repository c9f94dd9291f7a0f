// Programs for hooks that a locked-down or small kernel refuses. Each runs when a process sleeps or opens a file, counts
// that, and keeps the cookie of its place.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define COUNTING(section, name)                                                                                        \
	__u64 name##_hits, name##_cookie;                                                                              \
	SEC(section)                                                                                                   \
	int name(void *ctx)                                                                                            \
	{                                                                                                              \
		__sync_fetch_and_add(&name##_hits, 1);                                                                 \
		name##_cookie = bpf_get_attach_cookie(ctx);                                                            \
		return 0;                                                                                              \
	}

COUNTING("kprobe/do_nanosleep", on_kprobe)
COUNTING("kretprobe/do_nanosleep", on_kretprobe)
COUNTING("kprobe.multi/do_nanosleep*", on_kprobe_multi)
COUNTING("kretprobe.multi/do_nanosleep*", on_kretprobe_multi)
COUNTING("kprobe.session/do_nanosleep*", on_kprobe_session)
COUNTING("ksyscall/clock_nanosleep", on_ksyscall)
COUNTING("kretsyscall/clock_nanosleep", on_kretsyscall)
COUNTING("fentry/do_nanosleep", on_fentry)
COUNTING("fexit/do_nanosleep", on_fexit)
COUNTING("lsm/file_open", on_file_open)
COUNTING("lsm.s/file_open", on_file_open_sleepable)

char _license[] SEC("license") = "GPL";
