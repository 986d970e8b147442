# Sourced by ./sightline and ./test: what a fresh checkout needs before it can be built.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require_toolchain() {
    local missing=0
    if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^1[0-9]\.'; then
        echo "sightline: the .NET SDK 10 is needed (https://learn.microsoft.com/dotnet/core/install/linux has it for each distribution)" >&2
        missing=1
    fi
    if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -lt 20 ]; then
        echo "sightline: Node 20 or newer with npm is needed (https://nodejs.org)" >&2
        missing=1
    fi
    [ "$missing" = 0 ] || exit 1
}

# npm packages as the lock file says, then the scripts that browsers load. Does nothing when nothing changed.
build_web() {
    local stamp="$root/web/node_modules/.sightline-stamp"
    if [ ! -f "$stamp" ] || [ "$root/web/package-lock.json" -nt "$stamp" ]; then
        echo "fetching npm packages..." >&2
        (cd "$root/web" && npm ci --no-audit --no-fund --loglevel=error >&2)
        touch "$stamp"
    fi
    if [ -f "$root/web/build.mjs" ]; then
        if [ ! -d "$root/web/dist" ] || [ -n "$(find "$root/web" \( -name node_modules -o -name dist \) -prune -o -type f -newer "$root/web/dist" -print -quit)" ]; then
            (cd "$root/web" && node build.mjs >&2)
            touch "$root/web/dist"
        fi
    fi
}

# Programs that tests run against the server, unmodified: npm packages as the lock file says.
fetch_test_clients() {
    local stamp="$root/tests/clients/node_modules/.sightline-stamp"
    if [ ! -f "$stamp" ] || [ "$root/tests/clients/package-lock.json" -nt "$stamp" ]; then
        (cd "$root/tests/clients" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2) && touch "$stamp"
    fi
    # hot-shots speaks to datagram sockets through this, which is compiled; node's own headers lie beside it.
    local native="$root/tests/clients/node_modules/unix-dgram/build/Release/unix_dgram.node"
    if [ ! -f "$native" ]; then
        (cd "$root/tests/clients" && npm_config_nodedir=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")") npm rebuild unix-dgram --ignore-scripts=false --loglevel=error >&2)
        [ -f "$native" ] || { echo "unix-dgram could not be built: are g++, make and node's headers here?" >&2; return 1; }
    fi
}
