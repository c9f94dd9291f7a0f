#!/usr/bin/env bash
# What turns C into a loaded program: clang 16 or later, libbpf 1.1 or later and its headers, bpftool.
. "$(dirname "$0")/lib.sh"

# The newest clang of the machine, as "VERSION COMMAND", if it is new enough.
find_clang() {
  local command version
  for command in clang clang-{25..16}; do
    if has_command "$command" && version=$("$command" -dumpversion) && [ "${version%%.*}" -ge 16 ]; then
      echo "$version $command"
      return
    fi
  done
  return 1
}

find_libbpf() {
  ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
  "$ldconfig" -p 2>/dev/null | sed -n 's/.*libbpf\.so\.1 .*=> //p' | head -n 1 | grep .
}

find_bpftool() { PATH=$PATH:/usr/sbin:/sbin command -v bpftool; }

wanted=()
find_clang >/dev/null || wanted+=("clang-19|clang-18|clang-17|clang-16|clang")
find_libbpf >/dev/null || wanted+=("libbpf1")
[ -e /usr/include/bpf/bpf_helpers.h ] || wanted+=("libbpf-dev")
[ -e /usr/include/linux/bpf.h ] || wanted+=("linux-libc-dev")
find_bpftool >/dev/null || wanted+=("bpftool|linux-tools-common")
[ ${#wanted[@]} = 0 ] || install_packages "${wanted[@]}"

clang=$(find_clang) || stop "clang is older than 16" "install clang 16 or later (Debian 12: clang-19)"
libbpf=$(readlink -f "$(find_libbpf)") || stop "libbpf.so.1 is missing" "install libbpf 1.1 or later"
version=${libbpf##*.so.}
case $version in
  1.0*) stop "libbpf $version is too old" "install libbpf 1.1 or later" ;;
esac
say "clang ${clang% *}, libbpf $version, $(find_bpftool)"
