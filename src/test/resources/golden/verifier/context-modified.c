SEC("xdp")
int moved(struct xdp_md *ctx)
{
	u64 i = bpf_get_prandom_u32() & 4;
	return *(volatile u32 *)((void *)ctx + i);
}
