# shellcheck shell=bash
# What the scripts of this directory have in common. Sourced, not run.

vm_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034  # for those who source this
project=$(cd "$vm_directory/../.." && pwd)
# Not in the folder of the compiler's cache, which is swept by age.
cache=${SKEP_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/skep-vm}

die() { echo "${0##*/}: $*" >&2; exit 125; }

# need PROGRAM PACKAGE: ends with the remedy where a program is missing. /usr/sbin is searched too.
need() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || die "'$1' is not installed [apt-get install $2]"; }

# The Debian mirror: SKEP_DEBIAN_MIRROR, or the one that this machine's apt is set up with.
mirror() {
  local uri=${SKEP_DEBIAN_MIRROR:-}
  [ -n "$uri" ] || uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    grep -v '^ *#' | grep -oE '[a-z+]+:[^ ]*/debian/?( |$)' | head -1 | tr -d ' ')
  [ -n "$uri" ] || die "no Debian mirror is known to apt here [set SKEP_DEBIAN_MIRROR to the address of one]"
  echo "${uri%/}"
}

keyring() {
  local file=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$file" ] || die "'$file' is missing [apt-get install debian-archive-keyring]"
  echo "$file"
}

# source_line SUITE: a line for sources.list
source_line() { echo "deb [signed-by=$(keyring)] $(mirror) $1 main"; }

# private_apt SUITE: sets apt=(options) for an apt of its own, that leaves the machine's alone
private_apt() {
  local directory=$cache/apt/$1
  mkdir -p "$directory"/{lists/partial,cache/archives/partial}
  source_line "$1" >"$directory/sources.list"
  # shellcheck disable=SC2034  # the caller's
  apt=(-o "Dir::State::lists=$directory/lists" -o "Dir::Cache=$directory/cache" -o "Dir::Etc::sourcelist=$directory/sources.list"
    -o Dir::Etc::sourceparts=- -o Dir::State::status=/dev/null -o "APT::Sandbox::User=$(id -un)"
    -o Acquire::Languages=none -o Acquire::Retries=3)
}

# A day is how long a look at the mirror counts.
is_fresh() { [ -n "$(find "$1" -mmin -1440 2>/dev/null)" ]; }
