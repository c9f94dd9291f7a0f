#!/usr/bin/env bash
# What the tests and benchmarks need besides: Jupyter's conformance suite, its Python kernel to compare with, linters.
. "$(dirname "$0")/lib.sh"

modules=(jupyter_client jupyter_kernel_test ipykernel notebook)
wanted=()
"$environment/find-python" "${modules[@]}" >/dev/null 2>&1 ||
  wanted+=(python3-jupyter-kernel-test python3-ipykernel python3-notebook)
has_command shellcheck || wanted+=(shellcheck)
find_clang_format() { compgen -c clang-format | grep -Ex 'clang-format(-[0-9]+)?' | head -n 1 | grep .; }
find_clang_format >/dev/null || wanted+=("clang-format-19|clang-format")
[ ${#wanted[@]} = 0 ] || install_packages "${wanted[@]}"

python=$("$environment/find-python" "${modules[@]}") ||
  stop "the conformance suite is not to be found" "install jupyter-kernel-test, ipykernel and notebook for $(command -v python3)"
say "jupyter-kernel-test for $python, shellcheck, $(find_clang_format)"
