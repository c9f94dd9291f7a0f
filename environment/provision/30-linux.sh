#!/usr/bin/env bash
# What the running Linux must offer: its BTF, the right to load programs, and three file systems, mounted where they are not.
. "$(dirname "$0")/lib.sh"

# refuse WHAT REMEDY...: ends where programs are to be loaded now; elsewhere (install, lab) it only tells
refuse() {
  case ${SKEP_PURPOSE:-run} in
    run | test) stop "$@" ;;
    *)
      (stop "$@") || exit 0
      ;;
  esac
}

btf=/sys/kernel/btf/vmlinux
[ -r $btf ] || refuse "the running Linux ($(uname -r)) does not tell its types: no $btf" \
  "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y: those of Debian 12, Ubuntu 22.04, Fedora 36 and later have it"

is_mounted() { grep -q "^[^ ]* [^ ]* $1 " /proc/mounts; }

# mount_once TYPE PLACE
mount_once() {
  is_mounted "$1" && return
  if is_root; then
    mkdir -p "$2" 2>/dev/null || true
    mount -t "$1" "$1" "$2" 2>/dev/null || true
  fi
  is_mounted "$1" || absent+=("$1 ($2)")
}

absent=()
mount_once tracefs /sys/kernel/tracing
mount_once bpf /sys/fs/bpf
if [ -w /sys/fs/cgroup/cgroup.procs ]; then
  mount_once cgroup2 /sys/fs/cgroup
else
  mount_once cgroup2 /run/skep/cgroup2
fi

# The question itself, asked without loading anything: may this user list programs?
if ! answer=$(PATH=$PATH:/usr/sbin:/sbin bpftool prog show 2>&1 >/dev/null); then
  if is_root; then
    refuse "the running Linux refuses bpf() even to root: $answer" \
      "in a container: start it with --privileged, or with --cap-add BPF,PERFMON,SYS_ADMIN,NET_ADMIN" \
      "else use the virtual machine (environment/vm)"
  fi
  refuse "user '$(id -un)' may not load BPF programs: $answer" \
    "run the same as root (sudo), or in the virtual machine (environment/vm)"
fi

say "Linux $(uname -r), BTF, BPF allowed${absent:+; not mounted, so hooks that need it are missing: ${absent[*]}}"
