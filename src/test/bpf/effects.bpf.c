// Programs that change what happens, at hooks that a locked-down or small kernel refuses.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#define EPERM 1

__u64 hits;
long returned;

SEC("fmod_ret/security_task_getpgid")
int modify(__u64 *ctx)
{
	return -EPERM;
}

SEC("fexit/security_task_getpgid")
int leave(__u64 *ctx)
{
	returned = (int)ctx[1];
	return 0;
}

SEC("lsm/task_getpgid")
int refuse(void *ctx)
{
	return -EPERM;
}

SEC("lsm_cgroup/socket_create")
int refuse_in_cgroup(void *ctx)
{
	return 0;
}

// not at the return
SEC("kprobe.session/do_nanosleep")
int entry_alone(void *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	return 1;
}

SEC("action")
int act(struct __sk_buff *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	return TC_ACT_OK;
}

SEC("netkit/primary")
int out_of_netkit(struct __sk_buff *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	return -1;
}

SEC("netkit/peer")
int out_of_peer(struct __sk_buff *ctx)
{
	__sync_fetch_and_add(&hits, 1);
	return -1;
}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

struct seq_file;
struct bpf_map;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
};

SEC("iter/bpf_map_elem")
int elements(struct bpf_iter__bpf_map_elem *ctx)
{
	__u64 *value = ctx->value;

	if (value)
		bpf_seq_write(ctx->meta->seq, value, sizeof(*value));
	return 0;
}

char _license[] SEC("license") = "GPL";
