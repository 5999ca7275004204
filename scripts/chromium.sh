#!/usr/bin/env bash
# Prints the path of the Chromium that the browser tests drive: $CHROMIUM, else the system's.
for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$candidate" ] && path=$(command -v "$candidate") && { echo "$path"; exit 0; }
done
echo "No Chromium found. Set CHROMIUM to its path, or install the package 'chromium'." >&2
exit 1
