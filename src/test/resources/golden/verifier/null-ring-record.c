struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
SEC("raw_tp/sys_enter")
int record(void *ctx)
{
	u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

	*event = 1;
	bpf_ringbuf_submit(event, 0);
	return 0;
}
