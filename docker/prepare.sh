#!/bin/sh
# Before a start of the stack: rejects a Compose project of another folder, says when the image is not of the folder's code, and
# gives the mounted folders, with what LMCP wrote there as another user, to the user that LMCP runs as (LMCP_UID, LMCP_GID).
#   prepare.sh [FOLDER…]    without folders /lmcp/config and /lmcp/logs
set -eu
fail() {
  echo "lmcp: $1" >&2
  exit 1
}
[ $# -gt 0 ] || set -- /lmcp/config /lmcp/logs

# On a rootless engine user 0 is the user who runs it (user_namespaces(7)).
if [ "$LMCP_UID" = 0 ] && [ "$(awk '{ print $2; exit }' /proc/self/uid_map)" = 0 ]; then
  fail 'LMCP_UID=0 would run the gateway as root. Set LMCP_UID and LMCP_GID in .env to a user of yours: id -u, id -g'
fi

# The volume of the guard's socket belongs to the Compose project; the project to the folder that started it first.
marker=/run/lmcp/folder
if [ -n "${LMCP_HOST_DIR:-}" ]; then
  owner=$(cat "$marker" 2>/dev/null || echo "$LMCP_HOST_DIR")
  if [ "$owner" != "$LMCP_HOST_DIR" ]; then
    fail "the Compose project ${LMCP_PROJECT:-lmcp} belongs to $owner. For a second stack set COMPOSE_PROJECT_NAME and LMCP_PORT in .env here. If the folder was moved: docker compose down --volumes, then up. Until then, docker compose up in $owner restores its stack"
  fi
  [ -e "$marker" ] || echo "$LMCP_HOST_DIR" >"$marker"
fi

code=/lmcp/code
if [ -e "$code/main.ts" ] && ! diff -rq -x '*.test.ts' -x testing "$code" /opt/lmcp/gateway/src >/dev/null; then
  echo "lmcp: warning: the image ${LMCP_IMAGE:-} (commit ${LMCP_COMMIT:-not named}) was built from other code than the folder has. Run: docker compose up --build" >&2
fi

for folder in "$@"; do
  former=$(stat -c %u "$folder")
  [ "$former" != "$LMCP_UID" ] || continue
  # Without following links; a file of a third user stays with him.
  if ! find "$folder" -xdev -mindepth 1 -user "$former" -exec chown -h "$LMCP_UID:$LMCP_GID" {} +; then
    fail "$folder holds files that can't be given to user $LMCP_UID: sealed log segments. Run: sudo chattr -a logs/*.log* && docker compose up"
  fi
  chown "$LMCP_UID:$LMCP_GID" "$folder"
  echo "lmcp: $folder and its files now belong to $LMCP_UID:$LMCP_GID"
done
