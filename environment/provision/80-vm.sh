#!/usr/bin/env bash
# What boots other kernels (environment/vm): QEMU, what makes a first file system, and what unpacks Debian's kernels.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
wanted=()
while read -r command package; do
  has_command "$command" || wanted+=("$package")
done <<END
qemu-system-x86_64 qemu-system-x86
busybox busybox-static
modprobe kmod
cpio cpio
xz xz-utils
zstd zstd
setpriv util-linux
mmdebstrap mmdebstrap
qemu-img qemu-utils
mkfs.ext4 e2fsprogs
curl curl
END
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || wanted+=(debian-archive-keyring)
if [ ${#wanted[@]} != 0 ]; then
  is_root || stop "missing: ${wanted[*]}" "installing needs root; once: sudo $environment/provision/80-vm.sh"
  install_packages "${wanted[@]}"
fi
# a busybox with shared libraries does not run in a file system that has none
! ldd "$(command -v busybox)" >/dev/null 2>&1 || install_packages busybox-static

say "QEMU $(qemu-system-x86_64 --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p'), mmdebstrap $(mmdebstrap --version | cut -d' ' -f2)"
