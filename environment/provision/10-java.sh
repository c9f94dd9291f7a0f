#!/usr/bin/env bash
# JDK 25 and Maven. A JDK that is already there is taken (JAVA_HOME, /usr/lib/jvm); Debian 12 packages none.
. "$(dirname "$0")/lib.sh"

if ! jdk=$("$environment/find-jdk" 2>/dev/null); then
  if has_command apt-cache && apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
    install_packages openjdk-25-jdk-headless
  fi
  jdk=$("$environment/find-jdk")
fi

# A Maven that finds no java on the PATH still runs on the JDK above.
has_command mvn || install_packages maven

maven=$(JAVA_HOME=$jdk mvn --batch-mode --version 2>/dev/null | sed -n 's/.*Apache Maven \([^ ]*\).*/\1/p')
say "JDK $(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$jdk/release") in $jdk${maven:+, Maven $maven}"
