# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# What the recipes of the benchmarks share.

# debian ARCH TRIPLET: makes the recipe that calls it one of what Debian's packages of ARCH contribute, with their
# libraries: xz, openssl, python3, sqlite3; without documentation, locales, character sets and those parts of Python
# that no benchmark loads.
debian() {
  arch=$1 triplet=$2
  inputs=(bench/recipe.sh)
  outputs=(tree)
  on_demand=yes
  build() {
    apt_refresh "$arch"
    local python
    python=$(apt_for "$arch" apt-cache depends python3-minimal |
      sed -n 's/.*Depends: \(python3\.[0-9]*\)-minimal$/\1/p')
    mkdir tree
    cd tree || return
    deb "$arch" libc6 libgcc-s1 xz-utils liblzma5 openssl libssl3 libatomic1 zlib1g \
      "$python-minimal" "lib$python-minimal" "lib$python-stdlib" libexpat1 sqlite3 libsqlite3-0 libreadline8 libtinfo6
    rm -r etc usr/share "usr/lib/$triplet/gconv" \
      "usr/lib/$python"/{lib-dynload/*,pydoc_data,test,asyncio,multiprocessing,unittest,email,xml,http}
    ln -s "$python" usr/bin/python3
    # Compiled ahead, as Debian does at installation; independent of file dates.
    say "compiling Python's library"
    local library=$PWD/usr/lib/$python
    PYTHONHOME=$PWD/usr qemu-arm -L . "usr/bin/$python" -S -m compileall -q -s "$PWD" \
      --invalidation-mode unchecked-hash "$library"
    cd .. || return
    mv tree "$OUT"
  }
}

# initramfs BUSYBOX DEBIAN PROGRAMS: makes the recipe that calls it one of an initial file system: busybox, Debian's
# programs, bench/init; in /bench our own programs, which the function PROGRAMS puts into the folder that it is given,
# and files, in /data text to work on. Not compressed: unpacking is not what is measured.
initramfs() {
  busybox=$1 debian=$2 programs=$3
  needs=("$busybox" "$debian")
  mapfile -t inputs < <(cd "$GUESTS" && find mkinitramfs bench -type f | sort)
  outputs=(initramfs.cpio)
  on_demand=yes
  build() {
    cp -a "$CACHE/$debian/tree" .
    mkdir tree/data
    cp -r "$GUESTS/bench/files" tree/bench
    say "compiling"
    "$programs" tree/bench
    "$GUESTS/bench/text.py" 4000000 >tree/data/text
    say "packing"
    "$GUESTS/mkinitramfs" "$GUESTS/bench/init" "$CACHE/$busybox/busybox" tree >"$OUT/initramfs.cpio"
  }
}

# compile TO FOLDER NAMES COMMAND…: compiles each source of a folder of bench/ to a program in TO, whose name is NAMES
# with the source's for %. Products are not contracted with sums, so that results are the same on all processors.
compile() {
  local to=$1 folder=$2 names=$3 source
  shift 3
  for source in "$GUESTS/bench/$folder"/*.c; do
    "$@" -std=gnu11 -Wall -Wextra -Werror -ffp-contract=off -o "$to/${names/\%/$(basename "$source" .c)}" "$source" -lm
  done
}

# compile_float TO COMMAND…: those of floating point, each in double and in single precision.
compile_float() {
  local to=$1
  shift
  compile "$to" float % "$@" -DREAL=double
  compile "$to" float %-single "$@" -DREAL=float -fsingle-precision-constant
}
