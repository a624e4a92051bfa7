#!/usr/bin/env bash
# The two base images that our Dockerfiles name: pulled, or where no image registry can be reached, replacements for them:
#
#   debian:bookworm-slim      made by mmdebstrap from the machine's own Debian mirror
#   node:24-bookworm-slim     the former, with Node and npm from the npm registry and the user `node` (1000)
#
# An image that is there already, a real one or one of an earlier run, is left as it is.
set -euo pipefail

node_version=24.21.0
npm_version=11.21.2
debian=debian:bookworm-slim
node=node:24-bookworm-slim
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

mkdir -p "${LMCP_ENGINE_STATE:-/run/lmcp-engine}"
exec 9>"${LMCP_ENGINE_STATE:-/run/lmcp-engine}/base-images.lock"
flock 9 # of two concurrent callers the second waits, and then finds the images
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tell() { printf 'base-images: %s\n' "$*" >&2; }
present() { docker image inspect "$1" >/dev/null 2>&1; }

# apt's own answer to where Debian is, as lines of a sources.list for bookworm.
bookworm_sources() {
  local codename main security
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  main=$(archive_of "$codename")
  security=$(archive_of "$codename-security")
  echo "deb [signed-by=$keyring] $main bookworm main"
  echo "deb [signed-by=$keyring] $main bookworm-updates main"
  [ -z "$security" ] || echo "deb [signed-by=$keyring] $security bookworm-security main"
}

archive_of() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" 'Component: main' | sed -n 1p
}

make_debian() {
  present "$debian" && return
  if ! command -v mmdebstrap >/dev/null; then
    tell 'installing mmdebstrap'
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
  fi
  tell "building $debian"
  bookworm_sources >"$work/sources.list"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates --dpkgopt=force-unsafe-io \
    '--dpkgopt=path-exclude=/usr/share/man/*' '--dpkgopt=path-exclude=/usr/share/locale/*' \
    '--dpkgopt=path-exclude=/usr/share/doc/*' '--dpkgopt=path-include=/usr/share/doc/*/copyright' \
    bookworm "$work/debian.tar" "$work/sources.list" 2>"$work/mmdebstrap.log" ||
    { tail -20 "$work/mmdebstrap.log" >&2; return 1; }
  docker import --change 'CMD ["bash"]' "$work/debian.tar" "$debian" >/dev/null
}

npm_platform() {
  case $(uname -m) in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) tell "no Node for $(uname -m)"; return 1 ;;
  esac
}

# Only downloads: nothing of the two packages is run while they are unpacked.
fetch_node() {
  local root=$work/context/rootfs platform
  platform=$(npm_platform)
  tell "fetching Node $node_version and npm $npm_version"
  mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm" "$root/etc/ssl/certs" "$work/packages"
  (cd "$work/packages" && npm pack --silent "node-$platform@$node_version" "npm@$npm_version" >/dev/null)
  tar xzf "$work/packages/node-$platform-$node_version.tgz" -C "$root/usr/local" --strip-components=1 package/bin/node
  tar xzf "$work/packages/npm-$npm_version.tgz" -C "$root/usr/local/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  # This machine's public trust store, so that npm works in a container behind the same proxy.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
}

make_node() {
  tell "building $node"
  cat >"$work/context/Dockerfile" <<DOCKERFILE
FROM $debian
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY rootfs/ /
ENV NODE_VERSION=$node_version NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_UPDATE_NOTIFIER=false
CMD ["node"]
DOCKERFILE
  docker build --quiet --tag "$node" "$work/context" >/dev/null
}

for image in "$debian" "$node"; do
  present "$image" || timeout 300 docker pull --quiet "$image" >/dev/null 2>&1 || true
done
if present "$debian" && present "$node"; then exit 0; fi
make_debian & # while npm downloads
debian_job=$!
present "$node" || fetch_node
wait "$debian_job"
present "$node" || make_node
tell "ready: $debian, $node"
