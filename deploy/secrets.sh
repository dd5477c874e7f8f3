#!/bin/sh
# Makes what compose.yaml needs to be told in secret, in deploy/secrets/ (or the folder that is named): a password for each
# role of the database, and for each kind of process the address by which it reaches the database. What is there stays.
set -eu
umask 022
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder" # what is in it is read by numbered users of containers, to which each part is mounted by itself

mkdir -p "$folder/postgresql" "$folder/setup"
for role in postgres owner worker staff gateway reader audit temporal; do
    [ -s "$folder/postgresql/$role" ] || openssl rand -hex 24 >"$folder/postgresql/$role"
done

for role in owner worker staff gateway audit; do
    mkdir -p "$folder/$role"
    password=$(cat "$folder/postgresql/$role")
    echo "postgresql://hela_vagen_$role:$password@postgresql/hela_vagen" >"$folder/$role/HELAVAGEN_DATABASE_URL"
done
