#!/bin/sh
# Put one program of a Debian package into a folder: from_debian.sh FOLDER PACKAGE PROGRAM
set -eu
folder=$1 package=$2 program=$3
mkdir -p "$folder"
if found=$(command -v "$program"); then
    ln -sf "$found" "$folder/$program"
    exit
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fetch() (cd "$scratch" && apt-get -qq "$@" download "$package" >/dev/null 2>&1)
# Where the machine has no lists of packages, lists of our own: writing its own takes root.
fetch_anew() {
    mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
    set -- -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache"
    apt-get -qq "$@" update >/dev/null 2>&1 && fetch "$@"
}
if ! { fetch || fetch_anew; } || ! dpkg-deb --fsys-tarfile "$scratch/${package}"_*.deb >"$scratch/files.tar"; then
    echo "$program is needed: install it (Debian's package $package has it), and run make again." >&2
    exit 1
fi
tar --extract --to-stdout --file "$scratch/files.tar" "./usr/bin/$program" >"$scratch/$program"
chmod 755 "$scratch/$program"
mv "$scratch/$program" "$folder/$program"
