#!/usr/bin/env bash
# The kernel of a virtual machine of Skep's: SKEP_KERNEL=backports (the newest that Debian stable can have, the default),
# stable, or keep (leave it as it is).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

choice=${SKEP_KERNEL:-backports}
package=linux-image-$(dpkg --print-architecture)
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
installed() { dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$package" 2>/dev/null | sed -n 's/^ii *//p'; }

case $choice in
  keep) say "as it is" && exit ;;
  stable) [ -n "$(installed)" ] || install_packages "$package" ;;
  backports)
    grep -q '^ID=debian$' /etc/os-release || stop "there are no backports of kernels for this distribution" \
      "SKEP_KERNEL=keep leaves the kernel as it is"
    case $(installed) in *~bpo*) ;; *)
      if ! grep -rqs "$suite-backports" /etc/apt/sources.list /etc/apt/sources.list.d; then
        # the mirror is the one that the machine has already; apt names it once it has fetched the lists
        apt_get update
        # shellcheck disable=SC2016  # apt's own placeholder
        mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m1 '/debian/\?$') ||
          stop "no Debian mirror is known to apt here" "add $suite-backports to apt's sources"
        printf 'Types: deb\nURIs: %s\nSuites: %s-backports\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
          "$mirror" "$suite" >/etc/apt/sources.list.d/backports.sources
      fi
      apt_get update
      install_packages "$package/$suite-backports"
      ;;
    esac
    ;;
  *) stop "SKEP_KERNEL is '$choice'" "it may be backports, stable or keep" ;;
esac
running=$(uname -r)
newest=$(basename "$(readlink -f /vmlinuz)" 2>/dev/null | sed 's/^vmlinuz-//')
if [ "$newest" = "$running" ]; then say "$running"; else say "$newest, from the next start on (now $running)"; fi
