#!/bin/sh
# Gives the folders that the engine made as root to the user that LMCP runs as (LMCP_UID, LMCP_GID).
set -eu
for folder in /lmcp/config /lmcp/logs; do
  if [ "$(stat -c %u "$folder")" != "$LMCP_UID" ]; then
    chown "$LMCP_UID:$LMCP_GID" "$folder"
    echo "lmcp: $folder now belongs to $LMCP_UID:$LMCP_GID"
  fi
done
