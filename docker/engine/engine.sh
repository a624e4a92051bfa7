#!/usr/bin/env bash
# A Docker engine for the tests, on a Debian machine that has no systemd and no image registry: root and apt are enough.
#
#   engine.sh up       uses the engine that answers already, else installs and starts one; prints `found` or `started`
#   engine.sh down     stops the engine that `up` started, and no other
#   engine.sh status   exits 0 when an engine answers
#
# Engine, Compose v2 and BuildKit come from a newer Debian suite than bookworm. They need no more than bookworm's libc
# and are unpacked into a folder of their own, so that the machine's package database does not contain the other suite.
set -euo pipefail

suite=${LMCP_ENGINE_SUITE:-trixie}
prefix=${LMCP_ENGINE_PREFIX:-/opt/lmcp-engine}
state=${LMCP_ENGINE_STATE:-/run/lmcp-engine}
data=${LMCP_ENGINE_DATA:-/var/lib/docker}
socket=${LMCP_ENGINE_SOCKET:-/var/run/docker.sock}
plugins=/usr/local/libexec/docker/cli-plugins
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
log=$state/dockerd.log

tell() { printf 'engine: %s\n' "$*" >&2; }
fail() { tell "$*"; exit 1; }
answers() { curl -fsS -m 3 --unix-socket "$socket" http://docker/_ping >/dev/null 2>&1; }

require_debian_root() {
  [ "$(id -u)" = 0 ] || fail 'no engine answers and only root can start one: run as root, or start Docker yourself'
  command -v apt-get >/dev/null || fail 'no engine answers and there is no apt-get to install one with: start Docker yourself'
}

# What dockerd calls while it runs; from the machine's own suite.
install_companions() {
  local missing=() package
  for package in ca-certificates curl iproute2 iptables kmod procps runc tini; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  tell "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The mirror that this machine's apt already uses, so that none has to be named here.
debian_mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" 'Component: main' | sed -n 1p
}

unpack_engine() {
  [ -x "$prefix/usr/sbin/dockerd" ] && return
  local work mirror deb new=$prefix/.new
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail 'apt knows no Debian archive: run apt-get update, and look at /etc/apt/sources.list.d'
  tell "fetching the engine from Debian $suite"
  mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
  local apt=(apt-get -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
    -o Acquire::Languages=none -o APT::Sandbox::User=root)
  "${apt[@]}" update -qq
  (cd "$work/debs" && "${apt[@]}" download -qq {docker.io,docker-cli,docker-compose,docker-buildx,containerd}/"$suite")
  # Inside the folder, which may be a mount point.
  rm -rf "$new"
  mkdir -p "$new"
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$new"; done
  rm -rf "${prefix:?}"/*
  mv "$new"/* "$prefix"
  rm -rf "$new" "$work"
}

# The docker command with Compose v2 and buildx, where the machine has none.
link_client() {
  local plugin
  command -v docker >/dev/null || ln -s "$prefix/usr/bin/docker" /usr/local/bin/docker
  mkdir -p "$plugins"
  for plugin in compose buildx; do
    docker "$plugin" version >/dev/null 2>&1 || ln -sf "$prefix/usr/libexec/docker/cli-plugins/docker-$plugin" "$plugins/"
  done
}

ensure_client() {
  docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1 && return
  require_debian_root
  unpack_engine
  link_client
}

# A process that has ended keeps its name until its parent has waited for it.
is_running() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = dockerd ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# A pid file left by a killed engine may name a process that is something else by now; dockerd would not start.
forget_dead_engine() {
  local pid
  pid=$(cat "$state/dockerd.pid" 2>/dev/null) || return 0
  is_running "$pid" || rm -f "$state/dockerd.pid" "$state/started"
}

start_engine() {
  local pid
  forget_dead_engine
  ln -sf "$(command -v tini-static || command -v tini)" "$prefix/usr/bin/docker-init"
  mountpoint -q /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
  # shellcheck disable=SC2086 # LMCP_ENGINE_ARGS is a list of further dockerd flags
  PATH="$prefix/usr/sbin:$prefix/usr/bin:$PATH" setsid nohup dockerd --host "unix://$socket" --group root \
    --data-root "$data" --exec-root "$state/exec" --pidfile "$state/dockerd.pid" --log-level warn \
    ${LMCP_ENGINE_ARGS:-} >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  for _ in $(seq 600); do
    if answers; then
      touch "$state/started"
      tell "ready at $socket (pid $(cat "$state/dockerd.pid"), log $log)"
      return
    fi
    kill -0 "$pid" 2>/dev/null || { tail -20 "$log" >&2; fail 'dockerd ended; its last lines are above'; }
    sleep 0.1
  done
  kill "$pid"
  tail -20 "$log" >&2
  fail 'dockerd did not answer within 60 s; its last lines are above'
}

up() {
  if answers; then
    ensure_client
    tell "an engine answers at $socket, using it"
    echo found
    return
  fi
  require_debian_root
  mkdir -p "$state"
  exec 9>"$state/lock"
  flock 9 # of two concurrent callers the second waits, and then finds the engine
  if answers; then
    ensure_client
    echo found
    return
  fi
  install_companions
  unpack_engine
  link_client
  start_engine
  echo started
}

down() {
  [ -e "$state/started" ] || { tell 'no engine of ours is running'; return; }
  local pid
  pid=$(cat "$state/dockerd.pid" 2>/dev/null || echo none)
  if is_running "$pid"; then
    kill "$pid"
    for _ in $(seq 200); do
      is_running "$pid" || break
      sleep 0.1
    done
    is_running "$pid" && fail "dockerd (pid $pid) did not end within 20 s"
    tell 'stopped'
  fi
  rm -f "$state/started"
}

case ${1:-} in
  up) up ;;
  down) down ;;
  status) if answers; then echo up; else echo down; exit 1; fi ;;
  *) echo 'usage: engine.sh up|down|status' >&2; exit 2 ;;
esac
