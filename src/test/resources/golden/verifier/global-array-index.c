int table[4];
SEC("raw_tp/sys_enter")
int set(void *ctx)
{
	u32 i = bpf_get_prandom_u32();
	if (i > 4)
		return 0;
	table[i] = 1;
	return 0;
}
