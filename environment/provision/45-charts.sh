#!/usr/bin/env bash
# What draws charts: plotly.js, which the build takes into the kernel's jar. The version is the one of package-lock.json.
. "$(dirname "$0")/lib.sh"

kernel=$environment/../kernel
package=node_modules/plotly.js-cartesian-dist-min
version=$(sed -n 's/.*"plotly.js-cartesian-dist-min": "\(.*\)".*/\1/p' "$kernel/package.json")

if ! grep -qs "\"version\": \"$version\"" "$kernel/$package/package.json"; then
  has_command npm || install_packages npm
  log=$(mktemp)
  if ! (cd "$kernel" && npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1); then
    tail -n 10 "$log" >&2
    rm -f "$log"
    stop "cannot fetch plotly.js $version" "is the network there? npm's own words are above"
  fi
  rm -f "$log"
fi
say "plotly.js $version"
