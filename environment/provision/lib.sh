# shellcheck shell=bash
# Sourced by the numbered scripts: how they speak, and how they install what is missing.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

environment=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
step=$(basename "$0" .sh)
step=${step#[0-9][0-9]-}

# say TEXT: the one line a step prints
say() { printf '  %-9s %s\n' "$step" "$*"; }

# stop WHAT REMEDY...: ends with what is wrong, and what to do about it, a line each
stop() {
  printf '  %-9s %s\n' "$step" "$1" >&2
  shift
  printf '            %s\n' "$@" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has_command() { command -v "$1" >/dev/null; }

# choose NAME|NAME...: the first of these names that the distribution has
choose() {
  local names name
  IFS='|' read -ra names <<<"$1"
  for name in "${names[@]}"; do
    if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  echo "${names[0]}"
}

# install_packages NAME...: by apt, with what they need and no more. A name a|b|c stands for the first that there is.
install_packages() {
  local names=() log name
  if is_root && has_command apt-get && ! apt-cache show libc6 >/dev/null 2>&1; then
    apt_get update >/dev/null 2>&1 || true # a machine whose package lists were never fetched
  fi
  for name; do names+=("$(choose "$name")"); done
  has_command apt-get || stop "missing: ${names[*]}" \
    "this distribution has no apt-get: install what these packages of Debian hold, then run this again"
  is_root || stop "missing: ${names[*]}" \
    "installing needs root; once: sudo $environment/provision/provision ${SKEP_PURPOSE:-run}"

  say "installing ${names[*]} ..."
  log=$(mktemp)
  # The second try is for package lists that are older than the packages.
  if ! apt_get install --no-install-recommends "${names[@]}" >"$log" 2>&1 &&
    ! { apt_get update && apt_get install --no-install-recommends "${names[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    stop "cannot install: ${names[*]}" "is the network there? apt-get's own words are above" \
      "without network: install these packages from a medium, then run this again"
  fi
  rm -f "$log"
}

# apt_get ARGUMENT...: waits for another apt-get to end, as one may run after a machine's start
apt_get() {
  local lists=/var/lib/apt/lists/lock
  if [ "$1" = update ] && [ -e $lists ] && has_command flock; then
    flock --timeout 300 $lists true || true
  fi
  apt-get --quiet --quiet --yes --option DPkg::Lock::Timeout=600 --option APT::Install-Suggests=false "$@" </dev/null
}

# What npm brings is written down in kernel/package-lock.json, and put beside it: the build and the tests look there.
kernel=$(cd "$environment/../kernel" && pwd)

# node_package_version NAME: the version that is there
node_package_version() { sed -n 's/^ *"version": "\(.*\)".*/\1/p' "$kernel/node_modules/$1/package.json" 2>/dev/null | head -n 1; }

# has_node_package NAME: whether the version that the lock names is there
has_node_package() {
  local wanted
  wanted=$(sed -n "/\"node_modules\/$1\"/,/}/s/^ *\"version\": \"\(.*\)\".*/\1/p" "$kernel/package-lock.json")
  [ "$(node_package_version "$1")" = "$wanted" ]
}

# install_node_packages OPTION...: as the lock says
install_node_packages() {
  local log wanted=()
  has_command node || wanted+=(nodejs)
  has_command npm || wanted+=(npm)
  [ ${#wanted[@]} = 0 ] || install_packages "${wanted[@]}"
  log=$(mktemp)
  if ! (cd "$kernel" && npm ci --ignore-scripts --no-audit --no-fund "$@" >"$log" 2>&1); then
    tail -n 10 "$log" >&2
    rm -f "$log"
    stop "npm cannot install what kernel/package-lock.json names" "is the network there? npm's own words are above"
  fi
  rm -f "$log"
}
