#!/bin/sh
# Makes the virtual environment $1 with the first Python from 3.11 that can.
set -eu

is_new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
found=""
for name in python3.13 python3.12 python3.11 python3 python; do
    command -v "$name" >/dev/null 2>&1 && "$name" -c "$is_new_enough" 2>/dev/null || continue
    found=$name
    # Debian ships Python without the part that puts pip into an environment.
    "$name" -c 'import venv, ensurepip' 2>/dev/null && break
    found="$name (without venv)"
done

case "$found" in
"")
    echo "Python 3.11 or newer is needed, and none was found." >&2
    exit 1
    ;;
*"(without venv)")
    name=${found%% *}
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "── installing python$version-venv"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null
    else
        echo "Python $version has no venv module here: sudo apt-get install python$version-venv" >&2
        exit 1
    fi
    found=$name
    ;;
esac

echo "── making $1 with $("$found" --version)"
"$found" -m venv "$1"
