#!/usr/bin/env bash
# JupyterLab for a virtual machine: Debian's own, without the 600 packages of Node.js that its package asks for and that
# are used for building extensions alone.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

parts=(jupyter_server jupyterlab_server notebook_shim async_lru packaging)
/usr/bin/python3 -c "import $(IFS=,; echo "${parts[*]}")" 2>/dev/null ||
  install_packages python3-jupyter-server python3-jupyterlab-server python3-notebook-shim python3-async-lru python3-packaging

share=/usr/local/share/jupyter
if [ ! -e $share/lab/.version ] && ! dpkg -s jupyterlab >/dev/null 2>&1; then
  apt-cache show jupyterlab >/dev/null 2>&1 || apt_get update
  version=$(apt-cache policy jupyterlab | sed -n 's/ *Candidate: //p')
  case $version in
    '' | '(none)') stop "this distribution has no JupyterLab" "Debian 13 has it" ;;
  esac
  modules=/usr/local/lib/python$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')/dist-packages
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && apt_get --option APT::Sandbox::User=root download jupyterlab && dpkg-deb -x jupyterlab_*.deb files)
  mkdir -p "$modules" $share /usr/local/etc/jupyter
  rm -rf "${modules:?}"/jupyterlab* $share/lab
  # with its dist-info: extensions are found by entry points
  cp -r "$work"/files/usr/lib/python3/dist-packages/jupyterlab* "$modules/"
  cp -r "$work/files/usr/share/jupyter/lab" $share/
  cp -r "$work/files/etc/jupyter/." /usr/local/etc/jupyter/
  echo "$version" >$share/lab/.version
fi
# It asks nobody on the network for news of itself.
mkdir -p $share/lab/settings
[ -e $share/lab/settings/overrides.json ] || cat >$share/lab/settings/overrides.json <<'END'
{ "@jupyterlab/apputils-extension:notification": { "checkForUpdates": false, "fetchNews": "false" } }
END
say "JupyterLab $(cat $share/lab/.version 2>/dev/null || dpkg-query -W -f '${Version}' jupyterlab)"
