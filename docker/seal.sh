#!/bin/sh
# Makes every segment of the audit log append-only (chattr +a): not even a taken-over gateway can then edit the past.
# Started as root with LINUX_IMMUTABLE, SETUID and SETGID, goes on as the log's owner with LINUX_IMMUTABLE alone.
set -u
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid "$LMCP_UID" --regid "$LMCP_GID" --clear-groups \
    --inh-caps -all,+linux_immutable --ambient-caps +linux_immutable --bounding-set -all,+linux_immutable \
    --no-new-privs "$0"
fi
logs=${1:-/lmcp/logs}
warned=
trap 'exit 0' TERM INT
while :; do
  for segment in "$logs"/*.log "$logs"/*.log.[0-9]*; do
    [ -f "$segment" ] || continue
    case "$(lsattr "$segment" 2>/dev/null | cut -d' ' -f1)" in *a*) continue ;; esac
    if chattr +a "$segment" 2>/dev/null; then
      echo "sealed $(basename "$segment"); to unseal: sudo chattr -a logs/$(basename "$segment")"
    elif [ -z "$warned" ]; then
      warned=yes
      echo "warning: this file system has no append-only files (chattr +a): the audit log is chained, but not sealed" >&2
    fi
  done
  sleep 2 &
  wait $!
done
