struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");
static long change(void *map, u32 *key, u64 *value, void *data)
{
	*key = 3;
	return 0;
}
SEC("raw_tp/sys_enter")
int changing(void *ctx)
{
	return bpf_for_each_map_elem(&counts, change, NULL, 0);
}
