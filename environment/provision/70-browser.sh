#!/usr/bin/env bash
# What looks at pages as a person would: Chromium, Node.js, and playwright-core, which drives the one by the other.
. "$(dirname "$0")/lib.sh"

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

wanted=()
find_chromium >/dev/null || wanted+=("chromium")
has_command node || wanted+=(nodejs)
has_command npm || wanted+=(npm)
[ ${#wanted[@]} = 0 ] || install_packages "${wanted[@]}"

# Into build/, as it is a tool and no part of the project; its version is the one that package-lock.json names.
pages=$environment/../kernel/src/test/pages
tools=$environment/../build/pages
if ! cmp -s "$pages/package-lock.json" "$tools/package-lock.json" || [ ! -d "$tools/node_modules/playwright-core" ]; then
  mkdir -p "$tools"
  log=$(mktemp)
  cp "$pages/package.json" "$tools"
  # The lock is copied last, so that an interrupted installation is begun again.
  if ! (cd "$tools" && cp "$pages/package-lock.json" . && npm ci --no-audit --no-fund >"$log" 2>&1); then
    tail -n 10 "$log" >&2
    rm -f "$tools/package-lock.json" "$log"
    stop "cannot install playwright-core" "is the network there? npm's own words are above"
  fi
  rm -f "$log"
fi
say "Chromium at $(find_chromium), Node.js $(node --version), playwright-core"
