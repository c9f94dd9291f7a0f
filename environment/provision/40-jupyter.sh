#!/usr/bin/env bash
# What executes a notebook and makes a page of it: jupyter-client, nbclient, nbconvert.
. "$(dirname "$0")/lib.sh"

modules=(jupyter_client nbclient nbconvert)
"$environment/find-python" "${modules[@]}" >/dev/null 2>&1 ||
  install_packages python3-jupyter-client python3-nbclient python3-nbconvert

python=$("$environment/find-python" "${modules[@]}") ||
  stop "Jupyter is not to be found" "install jupyter-client, nbclient and nbconvert for $(command -v python3)"
say "$("$python" -c '
import sys
from importlib.metadata import version
print("Python %d.%d," % sys.version_info[:2], ", ".join(name + " " + version(name) for name in sys.argv[1:]))
' "${modules[@]}") ($python)"
