SEC("xdp")
int name(struct xdp_md *ctx)
{
	return bpf_skb_pull_data((void *)ctx, 10);
}
