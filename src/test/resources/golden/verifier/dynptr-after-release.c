struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
SEC("raw_tp/sys_enter")
int after(void *ctx)
{
	struct bpf_dynptr room;
	char bytes[8];
	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &room);
	bpf_ringbuf_submit_dynptr(&room, 0);
	bpf_dynptr_read(bytes, 8, &room, 0, 0);
	return 0;
}
