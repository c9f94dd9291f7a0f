extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *ctx, u64 *timestamp) __ksym;
SEC("tc")
int find(struct __sk_buff *ctx)
{
	u64 t = 0;

	return bpf_xdp_metadata_rx_timestamp((void *)ctx, &t);
}
