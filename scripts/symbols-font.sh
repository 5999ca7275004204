#!/usr/bin/env bash
# Makes public/fonts/inter-symbols-wght-normal.woff2: the arrows, superscripts and signs that the page writes and that the
# Latin files of Inter lack. Without them the browser searches the system's typefaces, which stalls a frame for longer than
# any work of the page does. Needs npm and Python with venv; the result is committed.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
symbols=U+00B2,U+00B3,U+00B9,U+0394,U+03B7,U+03BC,U+03C3,U+2070,U+2074-2079,U+207B,U+2080-2089,U+2190,U+2192,U+221E,U+2248,U+2260,U+2264,U+2265
npm pack --silent --pack-destination "$work" inter-ui@4.1.1 > /dev/null
tar xzf "$work/inter-ui-4.1.1.tgz" -C "$work"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet fonttools==4.60.1 brotli==1.1.0
"$work/python/bin/fonttools" varLib.instancer --quiet -o "$work/wght.ttf" "$work/package/variable/InterVariable.woff2" opsz=14
"$work/python/bin/pyftsubset" "$work/wght.ttf" --unicodes="$symbols" --layout-features=kern,tnum,calt --flavor=woff2 \
  --output-file=public/fonts/inter-symbols-wght-normal.woff2
