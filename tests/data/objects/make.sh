#!/bin/sh
# Makes the .gz files beside this script, in a folder of its own. Needs symbuild and ziglang in the Python it is given:
#   sh tests/data/objects/make.sh .venv/bin/python
set -eu
python=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cp "$here"/greeter.wit "$here"/component.c "$here"/log.c "$work"
cd "$work"
"$python" -m symbuild bindgen c greeter.wit --component greeter --out-dir .
zig="$python -m ziglang cc -O1 -g0 -fvisibility=hidden -fno-sanitize=all -fno-unwind-tables -fno-asynchronous-unwind-tables"

mac="$zig -target x86_64-macos"
$mac -c component.c -o macos.o
$mac -shared log.c -s -install_name @rpath/liblog.dylib -o liblog.dylib
$mac -shared component.c liblog.dylib -s -install_name @rpath/libgreeter.dylib -o libgreeter.dylib

win="$zig -target x86_64-windows-gnu"
printf 'LIBRARY "liblog.dll"\nEXPORTS\n    demoX3AgreeterX2FlogX400X2E1X2E0X00write\n' > log.def
# The compiler would write the path of its cache into the object.
$win -Xclang -object-file-name=windows.obj -c component.c -o windows.obj
$zig -target x86-windows-gnu -Xclang -object-file-name=windows32.obj -c component.c -o windows32.obj
$win -shared -nostdlib -Wl,--no-entry log.c log.def -s -Wl,--out-implib,liblog.dll.a -o liblog.dll
$win -shared -nostdlib -Wl,--no-entry component.c greeter.def liblog.dll.a -s -o libgreeter.dll

for file in macos.o libgreeter.dylib windows.obj windows32.obj libgreeter.dll; do
    gzip -9n < "$file" > "$here/$file.gz"
done
