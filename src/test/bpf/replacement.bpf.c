// Replaces a function of another program.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("freplace")
int other_verdict(struct xdp_md *ctx)
{
	return ctx ? XDP_TX : XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
