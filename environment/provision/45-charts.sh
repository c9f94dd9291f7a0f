#!/usr/bin/env bash
# What draws charts: plotly.js, which the build takes into the kernel's jar. The version is the one of package-lock.json.
. "$(dirname "$0")/lib.sh"

package=plotly.js-cartesian-dist-min
has_node_package "$package" || install_node_packages --omit=dev
say "plotly.js $(node_package_version "$package")"
