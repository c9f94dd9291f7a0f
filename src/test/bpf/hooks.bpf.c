// Programs for hooks that a locked-down or small kernel refuses. Each counts into `hits` at its own index, so that a
// test can attach one alone and see that it ran.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

static __always_inline int hit(__u32 index)
{
	__u64 *count = bpf_map_lookup_elem(&hits, &index);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

SEC("kprobe/do_nanosleep")
int on_kprobe(void *ctx)
{
	return hit(0);
}

SEC("kretprobe/do_nanosleep")
int on_kretprobe(void *ctx)
{
	return hit(1);
}

SEC("kprobe.multi/do_nanosleep*")
int on_kprobe_multi(void *ctx)
{
	return hit(2);
}

SEC("fentry/do_nanosleep")
int on_fentry(void *ctx)
{
	return hit(3);
}

SEC("fexit/do_nanosleep")
int on_fexit(void *ctx)
{
	return hit(4);
}

SEC("lsm/file_open")
int on_file_open(void *ctx)
{
	return hit(5);
}

SEC("ksyscall/nanosleep")
int on_ksyscall(void *ctx)
{
	return hit(6);
}

char _license[] SEC("license") = "GPL";
