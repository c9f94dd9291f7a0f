#!/usr/bin/env bash
# What reads the Vagrantfile in the tests: Vagrant, and its provider for libvirt (its settings are checked, nothing is started).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

has_provider() { dpkg -s vagrant-libvirt >/dev/null 2>&1 || vagrant plugin list 2>/dev/null | grep -q '^vagrant-libvirt '; }

if ! has_command vagrant || ! has_provider; then
  # not every distribution has it; the test then says that it did not look
  if apt-cache show vagrant-libvirt >/dev/null 2>&1; then
    install_packages vagrant vagrant-libvirt
  else
    say "this distribution has no Vagrant" && exit
  fi
fi
say "$(vagrant --version)"
