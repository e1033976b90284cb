#!/bin/sh
# The tests of certificates run the real Caddy. On Debian as root it is installed when it is missing; elsewhere one line
# says how.
command -v caddy >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "── installing caddy"
    (apt-get install -y -qq caddy || { apt-get update -qq && apt-get install -y -qq caddy; }) >/dev/null 2>&1 && exit 0
fi
echo "The tests need Caddy: apt-get install caddy (or put caddy 2.6 or newer on the PATH)." >&2
exit 1
