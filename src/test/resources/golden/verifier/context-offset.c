SEC("xdp")
int beyond(struct xdp_md *ctx)
{
	return *(volatile u32 *)((void *)ctx + 128);
}
