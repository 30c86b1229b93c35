# uv does not read pip's configuration: hand the same index and certificates on, where some are set.
index=$(python3 -m pip config get global.index-url 2>/dev/null || true)
[ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}" ] && export UV_DEFAULT_INDEX="$index"
cert=${PIP_CERT:-$(python3 -m pip config get global.cert 2>/dev/null || true)}
[ -n "$cert" ] && [ -z "${SSL_CERT_FILE:-}" ] && export SSL_CERT_FILE="$cert"
export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}"
true
