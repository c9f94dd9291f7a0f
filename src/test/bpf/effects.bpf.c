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

char _license[] SEC("license") = "GPL";
