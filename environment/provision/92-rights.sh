#!/usr/bin/env bash
# Who runs Jupyter in a virtual machine, and what that user may reach besides the capabilities of the service: tracefs,
# a place to pin objects, and performance events.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
is_root || stop "this changes the whole machine" "run it as root"

runs_systemd() { [ -d /run/systemd/system ]; }

# put FILE TEXT: writes a file if it is not so already
put() {
  mkdir -p "$(dirname "$1")"
  if [ ! -f "$1" ] || [ "$(cat "$1")" != "$2" ]; then printf '%s\n' "$2" >"$1"; fi
}

getent group skep >/dev/null || groupadd --system skep
# The owner of a shared project folder, so that notebooks written there stay theirs; else a user of its own.
uid=${SKEP_UID:-$(stat -c %u "$environment/..")}
user=
if [ "$uid" != 0 ]; then user=$(getent passwd "$uid" | cut -d: -f1 || true); fi
if [ -z "$user" ]; then
  user=skep
  id skep >/dev/null 2>&1 || useradd --system --gid skep --home-dir /var/lib/skep --shell /usr/sbin/nologin skep
  [ "$uid" = 0 ] || [ "$(id -u skep)" = "$uid" ] || usermod --uid "$uid" skep
fi
if [ "$user" = skep ]; then
  rm -f /etc/systemd/system/skep-jupyter.service.d/user.conf
else
  put /etc/systemd/system/skep-jupyter.service.d/user.conf "[Service]
User=$user"
fi

# SKEP_PTRACE=1 lets that user look into the processes of others, and write into them: who may write into root's processes
# is root. Without it the user is not. SKEP_PTRACE=0 takes the right away again; else it stays as it is.
ptrace=/etc/systemd/system/skep-jupyter.service.d/ptrace.conf
case ${SKEP_PTRACE:-} in
  1)
    put "$ptrace" "[Service]
AmbientCapabilities=CAP_SYS_PTRACE
CapabilityBoundingSet=CAP_SYS_PTRACE"
    ;;
  0) rm -f "$ptrace" ;;
  '') ;;
  *) stop "SKEP_PTRACE is '$SKEP_PTRACE'" "it may be 1 or 0" ;;
esac

# Debian's 3 asks for CAP_SYS_ADMIN for any performance event; with 2, CAP_PERFMON has kprobes, tracepoints, sampling.
# With kptr_restrict 1, CAP_SYSLOG sees the addresses of kernel symbols.
put /etc/sysctl.d/60-skep.conf 'kernel.perf_event_paranoid = 2
kernel.kptr_restrict = 1'
gid=$(getent group skep | cut -d: -f3)
put /etc/systemd/system/sys-kernel-tracing.mount.d/skep.conf "[Mount]
Options=nosuid,nodev,noexec,gid=$gid,mode=0750"
put /etc/tmpfiles.d/skep.conf 'z /sys/fs/bpf 0711 root root -
d /sys/fs/bpf/skep 0770 root skep -'
if runs_systemd; then
  sysctl --quiet --load /etc/sysctl.d/60-skep.conf
  mount -o "remount,gid=$gid,mode=0750" /sys/kernel/tracing
  systemd-tmpfiles --create /etc/tmpfiles.d/skep.conf
fi
say "user '$user', group 'skep'; tracefs, /sys/fs/bpf/skep and performance events for the group"
