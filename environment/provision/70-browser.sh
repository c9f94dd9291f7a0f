#!/usr/bin/env bash
# What looks at pages as a person would: Chromium, and playwright-core, by which tests drive it.
. "$(dirname "$0")/lib.sh"

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

find_chromium >/dev/null || install_packages chromium
has_node_package playwright-core || install_node_packages --include=dev
say "$(find_chromium), playwright-core $(node_package_version playwright-core)"
