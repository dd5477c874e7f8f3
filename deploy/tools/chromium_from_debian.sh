#!/bin/sh
# Put Debian's Chromium without windows into a folder: chromium_from_debian.sh FOLDER
# It takes less than half of the processor time of the whole browser. That on the PATH where there is one. Otherwise
# root installs it; anybody else unpacks it there, with all it depends on.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
program=chromium-headless-shell
link() { ln -sf "$(command -v "$1")" "$folder/$program"; }
if command -v $program >/dev/null; then
    link $program
    exit
fi
fail() { # where there is the whole browser, it does
    command -v chromium >/dev/null && link chromium && exit
    echo "$program is needed: install it (Debian's package $program has it), and run make again." >&2
    exit 1
}
if [ "$(id -u)" = 0 ] && [ -z "${UNPACK:-}" ]; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $program fonts-dejavu-core; } >/dev/null 2>&1 || fail
    link $program
    exit
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
set -- -o "Dir::State::lists=$scratch/lists" -o "Dir::Cache=$scratch/cache" -o Debug::NoLocking=1
apt-get -qq "$@" update >/dev/null 2>&1 || fail
apt-get -qq "$@" install --yes --no-install-recommends --print-uris $program fonts-dejavu-core >"$scratch/uris" || fail
(
    cd "$scratch"
    cut -d ' ' -f 2 uris | cut -d _ -f 1 | sort -u | xargs apt-get -qq "$@" download >/dev/null 2>&1
) || fail
rm -rf "$folder/unpacked"
for package in "$scratch"/*.deb; do
    dpkg-deb --extract "$package" "$folder/unpacked"
done
libraries=$(find "$folder/unpacked" -type d \( -path '*/lib/*-linux-gnu' -o -path '*-linux-gnu/pulseaudio' \) | tr '\n' ':')
cat >"$folder/$program.new" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:-}" XDG_DATA_DIRS="$folder/unpacked/usr/share:/usr/share"
export FONTCONFIG_FILE="$folder/fonts.conf"
exec "$folder/unpacked/usr/lib/chromium/$program" "\$@"
END
cat >"$folder/fonts.conf" <<END
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$folder/unpacked/usr/share/fonts</dir><dir>/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
END
chmod 755 "$folder/$program.new"
mv "$folder/$program.new" "$folder/$program"
