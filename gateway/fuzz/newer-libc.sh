#!/usr/bin/env bash
# The C library that the fuzzer's native part needs (glibc 2.38), for a Debian that is older: taken from a newer suite and
# unpacked into the folder given, beside the machine's own. Nothing is installed, and only the fuzzer runs on it.
#
#   newer-libc.sh FOLDER
set -euo pipefail

folder=$1
suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail() { printf 'fuzz: %s\n' "$*" >&2; exit 1; }

[ -d "$folder" ] && exit 0
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null || [ ! -e "$keyring" ]; then
  fail 'the fuzzer needs glibc 2.38 or newer: run it on Debian 13, Ubuntu 24.04 or newer, or on any Debian with apt-get'
fi

# The mirror that this machine's apt already uses, so that none has to be named here.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" 'Component: main' | sed -n 1p)
[ -n "$mirror" ] || fail 'apt knows no Debian archive: run apt-get update, and look at /etc/apt/sources.list.d'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,root}
echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
apt=(apt-get -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
  -o Acquire::Languages=none -o "APT::Sandbox::User=$(id -un)")
"${apt[@]}" update -qq
(cd "$work/debs" && "${apt[@]}" download -qq {libc6,libstdc++6,libgcc-s1}/"$suite")
for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
mkdir -p "$(dirname "$folder")"
cp -a "$work"/root/usr/lib/*-linux-gnu "$folder.new.$$"
mv -T "$folder.new.$$" "$folder"
