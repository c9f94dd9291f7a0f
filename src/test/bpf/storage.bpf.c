// Counts how often files are opened, in what belongs to their inodes: of files that somebody put a number for, and of all.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inode;
struct file {
	struct inode *f_inode;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} known SEC(".maps"), all SEC(".maps");

SEC("lsm/file_open")
int count(unsigned long long *ctx)
{
	struct file *file = (struct file *)ctx[0];
	__u64 *n = bpf_inode_storage_get(&known, file->f_inode, 0, 0);

	if (n)
		__sync_fetch_and_add(n, 1);
	n = bpf_inode_storage_get(&all, file->f_inode, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
