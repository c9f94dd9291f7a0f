extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
SEC("raw_tp/sys_enter")
int first(void *ctx)
{
	struct bpf_iter_num it;
	bpf_iter_num_new(&it, 0, 3);
	int *number = bpf_iter_num_next(&it);
	return number ? *number : 0;
}
