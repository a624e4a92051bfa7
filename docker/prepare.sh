#!/bin/sh
# Gives the mounted folders, and what LMCP wrote there as another user, to the user that LMCP runs as (LMCP_UID, LMCP_GID).
set -eu
fail() {
  echo "lmcp: $1" >&2
  exit 1
}

# On a rootless engine user 0 is the user who runs it (user_namespaces(7)).
if [ "$LMCP_UID" = 0 ] && [ "$(awk '{ print $2; exit }' /proc/self/uid_map)" = 0 ]; then
  fail 'LMCP_UID=0 would run the gateway as root. Set LMCP_UID and LMCP_GID in .env to a user of yours: id -u, id -g'
fi

for folder in /lmcp/config /lmcp/logs; do
  former=$(stat -c %u "$folder")
  [ "$former" != "$LMCP_UID" ] || continue
  # Without following links; a file of a third user stays with him.
  if ! find "$folder" -xdev -mindepth 1 -user "$former" -exec chown -h "$LMCP_UID:$LMCP_GID" {} +; then
    fail "$folder holds files that can't be given to user $LMCP_UID: sealed log segments. Run: sudo chattr -a logs/*.log* && docker compose up"
  fi
  chown "$LMCP_UID:$LMCP_GID" "$folder"
  echo "lmcp: $folder and its files now belong to $LMCP_UID:$LMCP_GID"
done
