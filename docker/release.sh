#!/bin/sh
# Builds the image for both platforms, with attestations, and pushes it.
#   release.sh NAME VERSION [--print…]    flags go to docker buildx bake
#   BASE=node:24-bookworm-slim@sha256:…   the base image; without it the one that its registry has now
set -eu
cd "$(dirname "$0")/.."
fail() {
  echo "release: $1" >&2
  exit 1
}
[ $# -ge 2 ] || fail 'usage: docker/release.sh NAME VERSION [flags of docker buildx bake]'
NAME=$1 VERSION=$2
shift 2

base=node:24-bookworm-slim
if [ -z "${BASE:-}" ]; then
  digest=$(docker buildx imagetools inspect "$base" --format '{{ .Manifest.Digest }}') || fail "no digest of $base could be read"
  BASE=$base@$digest
fi
# A tag may mean another image tomorrow.
echo "$BASE" | grep -Eq '@sha256:[0-9a-f]{64}$' || fail "BASE=$BASE names no digest. Write NAME:TAG@sha256:…"
LMCP_COMMIT=$(git rev-parse HEAD)
export NAME VERSION BASE LMCP_COMMIT
exec docker buildx bake --file docker-bake.hcl "$@" release
