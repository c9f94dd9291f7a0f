#!/usr/bin/env bash
# Jupyter as a service of a virtual machine (environment/service), started with it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
is_root || stop "this changes the whole machine" "run it as root"

from=$environment/service
install -d /etc/skep /usr/local/lib/skep
install -m 755 "$from/jupyter" "$from/token" /usr/local/lib/skep/
install -m 755 "$from/skep-url" /usr/local/sbin/
install -m 644 "$from"/*.service "$from"/*.socket /etc/systemd/system/
systemctl --quiet enable skep-jupyter.service skep-jupyter-nat.socket
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl restart skep-jupyter-nat.socket skep-jupyter.service
fi
say "skep-jupyter.service, on port 8888 of the machine's loopback"
