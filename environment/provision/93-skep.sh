#!/usr/bin/env bash
# Skep itself, for all users of a virtual machine: the jars that were built in the project's folder if they are there,
# else built from its sources in a copy.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

project=$(cd "$environment/.." && pwd)
jdk=$("$environment/find-jdk")
built=$project
if ! compgen -G "$project/kernel/target/skep-kernel-*.jar" >/dev/null; then
  built=/var/lib/skep-build
  sources=$(cd "$project" && find pom.xml .mvn src/pom.xml src/main kernel/pom.xml kernel/src/main kernel/kernelspec bpf -type f -exec sha256sum {} + 2>/dev/null | sort | sha256sum)
  if [ "$(cat $built/.sources 2>/dev/null)" != "$sources" ]; then
    say "building (the first time also fetches what Maven needs) ..."
    rm -rf $built
    mkdir -p $built
    tar -c -C "$project" --exclude ./.git --exclude ./build --exclude ./.vagrant --exclude target --exclude node_modules . | tar -x -C $built
    "$built/environment/provision/45-charts.sh"
    (cd $built && JAVA_HOME=$jdk mvn --batch-mode --no-transfer-progress --quiet -DskipTests -Dspotless.check.skip package) ||
      stop "Maven could not build Skep" "is the network there? Maven's own words are above"
    echo "$sources" >$built/.sources
  fi
fi
/usr/bin/python3 "$built/kernel/kernelspec/kernelspec" install --prefix /usr/local --java-home "$jdk"
if [ -d "$project/notebooks" ]; then
  mkdir -p /usr/local/share/skep/notebooks
  cp -ru "$project/notebooks/." /usr/local/share/skep/notebooks/
fi
say "installed under /usr/local"
