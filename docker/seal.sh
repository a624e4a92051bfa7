#!/bin/sh
# Makes every segment of the audit log append-only (chattr +a): not even a compromised gateway can then edit past entries.
# Started as root with LINUX_IMMUTABLE, SETUID and SETGID, goes on as the log's owner with LINUX_IMMUTABLE alone.
#   seal.sh [FOLDER]          seals new segments every 2 s; tells in FOLDER/.sealer what it can't do, for the gateway's status
#   seal.sh --check [FOLDER]  exits 0 when each segment is sealed, or the file system has no append-only files
set -u
export LC_ALL=C
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid "$LMCP_UID" --regid "$LMCP_GID" --clear-groups \
    --inh-caps -all,+linux_immutable --ambient-caps +linux_immutable --bounding-set -all,+linux_immutable \
    --no-new-privs "$0" "$@"
fi
check=
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
logs=${1:-/lmcp/logs}

is_sealed() {
  case "$(lsattr "$1" 2>/dev/null | cut -d' ' -f1)" in *a*) return 0 ;; esac
  return 1
}

# One word, written whole: ok, unsupported or denied.
tell_state() {
  [ "$(cat "$logs/.sealer" 2>/dev/null)" = "$1" ] && return
  echo "$1" >"$logs/.sealer.new" && mv "$logs/.sealer.new" "$logs/.sealer"
}

if [ -n "$check" ]; then
  [ -r "$logs" ] && [ -x "$logs" ] || { echo "$logs can't be read" >&2; exit 1; }
  for segment in "$logs"/*.log "$logs"/*.log.[0-9]*; do
    [ -f "$segment" ] && ! is_sealed "$segment" || continue
    [ "$(cat "$logs/.sealer" 2>/dev/null)" = unsupported ] && exit 0
    echo "$(basename "$segment") is not sealed" >&2
    exit 1
  done
  exit 0
fi

warned=
trap 'exit 0' TERM INT
while :; do
  state=ok
  for segment in "$logs"/*.log "$logs"/*.log.[0-9]*; do
    [ -f "$segment" ] && ! is_sealed "$segment" || continue
    name=$(basename "$segment")
    if why=$(chattr +a "$segment" 2>&1); then
      echo "sealed $name; to unseal: sudo chattr -a logs/$name"
      continue
    fi
    case "$why" in
      *'not supported'* | *'Inappropriate ioctl'*)
        state=unsupported
        words='this file system has no append-only files (chattr +a): the audit log is chained, but not sealed'
        ;;
      *)
        state=denied
        words="$name can't be sealed by user $(id -u): ${why##*: }. It must belong to that user (LMCP_UID); the log is chained, but not sealed"
        ;;
    esac
    [ "$warned" = "$state" ] || echo "warning: $words" >&2
    warned=$state
  done
  tell_state "$state"
  sleep 2 &
  wait $!
done
