// Programs of the kinds that need rights of different sorts. None does anything.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tracepoint/syscalls/sys_enter_openat")
int on_tracepoint(void *ctx)
{
	return 0;
}

SEC("raw_tp/sys_enter")
int on_raw_tracepoint(void *ctx)
{
	return 0;
}

SEC("tp_btf/sched_switch")
int on_typed_tracepoint(void *ctx)
{
	return 0;
}

SEC("iter/task")
int on_each_task(void *ctx)
{
	return 0;
}

SEC("perf_event")
int on_sample(void *ctx)
{
	return 0;
}

SEC("uprobe")
int on_uprobe(void *ctx)
{
	return 0;
}

SEC("uprobe.multi//usr/lib/x86_64-linux-gnu/libc.so.6:getpid")
int on_uprobe_multi(void *ctx)
{
	return 0;
}

SEC("xdp")
int on_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tcx/ingress")
int on_tcx(struct __sk_buff *ctx)
{
	return -1; // TCX_NEXT
}

SEC("cgroup_skb/egress")
int on_cgroup(struct __sk_buff *ctx)
{
	return 1;
}

SEC("sk_lookup")
int on_sk_lookup(struct bpf_sk_lookup *ctx)
{
	return SK_PASS;
}

SEC("socket")
int on_socket(struct __sk_buff *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
