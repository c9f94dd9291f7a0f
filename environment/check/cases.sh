# shellcheck shell=bash
# Sourced by checks that are shell scripts: counts what passes and fails, in the form of the reports that totals adds up.

case_names=() case_results=() case_seconds=()

# check NAME COMMAND...: one case; what the command says is shown if it fails
check() {
  local name=$1 began=$SECONDS output result=ok
  shift
  output=$("$@" 2>&1) || result=failed
  case_names+=("$name") case_results+=("$result") case_seconds+=($((SECONDS - began)))
  if [ "$result" = ok ]; then
    echo "  ok      $name ($((SECONDS - began)) s)"
  else
    echo "  FAILED  $name ($((SECONDS - began)) s)"
    sed 's/^/          /' <<<"$output"
    return 1
  fi
}

# report FILE SUITE: writes the cases so far; status 1 if one failed or there was none
report() {
  local number failed=0 escaped
  for number in "${case_results[@]}"; do [ "$number" = ok ] || failed=$((failed + 1)); done
  mkdir -p "$(dirname "$1")"
  {
    echo "<testsuite name=\"$2\" tests=\"${#case_names[@]}\" failures=\"$failed\" errors=\"0\" skipped=\"0\">"
    for number in "${!case_names[@]}"; do
      escaped=$(sed 's/&/\&amp;/g; s/</\&lt;/g; s/"/\&quot;/g' <<<"${case_names[number]}")
      echo "<testcase classname=\"$2\" name=\"$escaped\" time=\"${case_seconds[number]}\">$(
        [ "${case_results[number]}" = ok ] || echo '<failure message="see above"/>')</testcase>"
    done
    echo '</testsuite>'
  } >"$1"
  [ "$failed" = 0 ] && [ ${#case_names[@]} != 0 ]
}
