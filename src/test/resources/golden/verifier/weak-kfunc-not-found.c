extern int bpf_of_the_future(void) __weak __ksym;
SEC("xdp")
int find(struct xdp_md *ctx)
{
	return bpf_of_the_future();
}
