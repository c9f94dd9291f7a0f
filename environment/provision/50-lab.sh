#!/usr/bin/env bash
# Jupyter's own page: JupyterLab where there is one already, else the notebook that the distribution has.
. "$(dirname "$0")/lib.sh"

find_page() { "$environment/find-python" jupyter_client "$1" 2>/dev/null; }

if ! find_page jupyterlab >/dev/null && ! find_page notebook >/dev/null; then
  install_packages "python3-notebook"
fi

if python=$(find_page jupyterlab); then
  say "JupyterLab $("$python" -c 'from importlib.metadata import version; print(version("jupyterlab"))')"
elif python=$(find_page notebook); then
  say "Notebook $("$python" -c 'from importlib.metadata import version; print(version("notebook"))')"
else
  stop "no page for notebooks" "install JupyterLab or the Jupyter Notebook"
fi
