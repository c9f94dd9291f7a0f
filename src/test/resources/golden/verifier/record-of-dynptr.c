struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
SEC("raw_tp/sys_enter")
int mixed(void *ctx)
{
	struct bpf_dynptr room;
	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &room);
	u64 *record = bpf_dynptr_data(&room, 0, 8);
	if (record)
		bpf_ringbuf_submit(record, 0);
	else
		bpf_ringbuf_discard_dynptr(&room, 0);
	return 0;
}
