# shellcheck shell=bash
# What recipes share. Sourced by guests/build, which sets CACHE (the cache) and GUESTS (this folder).

die() {
  echo "guests/build: $*" >&2
  exit 1
}

# say WORDS…: one line for the person who waits, and for the log.
say() {
  echo "${name:?}: $*" >&3
  echo "== $*"
}

# apt_for ARCH[:NAME] TOOL ARGUMENTS…: apt for Debian's packages of another architecture, with neither root nor a
# change to this system's package state: a state and cache of our own for each ARCH:NAME, and the system's sources, or,
# if the recipe sets `sources`, those in that file.
apt_for() {
  local arch=${1%%:*} tool=$2 dir=$CACHE/.apt/${1/:/-} conf status=0
  shift 2
  mkdir -p "$dir"/{lists/partial,cache/archives/partial}
  : >>"$dir/status"
  conf=$(mktemp "$dir/conf.XXXXXX")
  cat >"$conf" <<END
#clear APT::Architectures;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "root";
Dir::State "$dir";
Dir::State::lists "$dir/lists";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Acquire::Languages "none";
END
  if [[ ${sources-} ]]; then
    printf 'Dir::Etc::SourceList "%s";\nDir::Etc::SourceParts "-";\n' "$sources" >>"$conf"
  fi
  "$tool" -c "$conf" "$@" || status=$?
  rm -f "$conf"
  return $status
}

# apt_refresh ARCH: package lists of at most a day ago. While a mirror is being updated apt may refuse one list
# and keep the others: go on with those, and say so; what is missing then shows in the download.
apt_refresh() {
  command -v apt-get >/dev/null || die "this recipe fetches a Debian package and needs apt-get"
  local dir=$CACHE/.apt/${1/:/-}
  mkdir -p "$dir"
  (
    flock 8
    [[ -n $(find "$dir/fresh" -mmin -1440 2>/dev/null) ]] && exit 0
    say "reading Debian's package lists ($1)"
    if apt_for "$1" apt-get -q update; then
      touch "$dir/fresh"
    else
      say "some package lists could not be read; going on without them (see the log)"
    fi
  ) 8>"$dir/update.lock"
}

# deb ARCH PACKAGE…: fetches packages and unpacks them into the current directory. All of /lib may be in /usr/lib, as
# since Debian 13. Debian 12 has linux-source-6.12 among its security updates, which not every system reads: what the
# system's sources lack comes from Debian 13.
deb() {
  local arch=$1 packages
  shift
  if ! packages=$(names_of "$arch" "$@"); then
    [[ ${sources-} ]] && die "no package $packages in ${sources}"
    local sources=$CACHE/.apt/trixie.list
    mirror_of trixie >"$sources"
    arch+=:trixie
    apt_refresh "$arch"
    packages=$(names_of "$arch" "$@") || die "no package $packages for $arch, nor in Debian 13"
  fi
  say "fetching ${packages//$'\n'/ } ($arch)"
  # shellcheck disable=SC2086 # words
  apt_for "$arch" apt-get -q download $packages
  for package in ./*.deb; do dpkg-deb -x "$package" .; done
  rm ./*.deb
  [[ -e lib || ! -d usr/lib ]] || ln -s usr/lib lib
}

# names_of ARCH PACKAGE…: the packages' names; since Debian 13 some libraries have names that end in t64. Fails at the
# first that there is not, and prints that alone.
names_of() {
  local arch=$1 package name found=()
  shift
  for package; do
    for name in "$package" "${package}t64" ''; do
      [[ $name ]] || { echo "$package"; return 1; }
      [[ $(apt_for "$arch" apt-cache policy "$name") == *'Candidate: '[0-9]* ]] && break
    done
    found+=("$name")
  done
  printf '%s\n' "${found[@]}"
}

# mirror_of SUITE…: lines of a sources.list(5) for other suites of the machine's own mirror of Debian.
mirror_of() {
  local mirror
  # shellcheck disable=SC2016 # for apt
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | grep -v security | head -n 1)
  [[ $mirror ]] || die "apt has no package source of Debian; see sources.list(5)"
  printf "deb $mirror %s main\n" "$@"
}

# kmake ARGUMENTS…: the kernel's make, for ARM (hard float unless the recipe sets `cross`), with nothing of this
# machine in the result.
kmake() {
  nice make -j"$JOBS" ARCH=arm CROSS_COMPILE="${cross:-arm-linux-gnueabihf-}" \
    KBUILD_BUILD_TIMESTAMP='2024-01-01 00:00:00 UTC' KBUILD_BUILD_USER=swivel KBUILD_BUILD_HOST=guests \
    KBUILD_BUILD_VERSION=1 "$@"
}

# linux CONFIG…: makes the recipe that calls it one of a kernel of our own, with the options in CONFIG… (the last one
# wins) and no others. Its modules go to modules/, as they lie in the tree.
# shellcheck disable=SC2034,SC2317
linux() {
  needs=(linux-source)
  configs=("$@")
  inputs=("$@")
  outputs=(vmlinux zImage config System.map modules)
  build() {
    local tree=$CACHE/linux-source/linux
    if [[ $rewritten ]]; then
      say "rewriting the source"
      "$GUESTS/../swivel" patch --source "$tree" -o "$PWD/linux"
      tree=$PWD/linux
    fi
    say "configuring"
    (cd "$GUESTS" && cat "${configs[@]}") >fragment
    kmake -C "$tree" O="$PWD/build" KCONFIG_ALLCONFIG="$PWD/fragment" allnoconfig
    cd build || return
    say "compiling (some minutes)"
    kmake zImage
    if grep -q CONFIG_MODULES=y .config; then kmake modules; fi
    cp vmlinux System.map arch/arm/boot/zImage "$OUT"
    cp .config "$OUT/config"
    mkdir "$OUT/modules"
    find . -name '*.ko' -exec cp --parents -t "$OUT/modules" {} +
    if [[ $plain_object ]]; then link_plain_object; fi
  }
}

# Links the kernel that is built here once more, with one object from source that was not rewritten.
link_plain_object() {
  say "compiling $plain_object from plain source"
  kmake -C "$CACHE/linux-source/linux" O="$PWD/../plain" KCONFIG_ALLCONFIG="$PWD/../fragment" allnoconfig
  kmake -C ../plain "$plain_object"
  cp "../plain/$plain_object" "$plain_object" # newer than its source: make leaves it
  kmake vmlinux
  cmp "../plain/$plain_object" "$plain_object"
  cp vmlinux "$OUT/vmlinux-partly"
}

# linux_rewritten CONFIG…: the same kernel from source that the rewriter of this checkout went over. Its sources are
# part of what the kernel is made from, so another rewriter makes another kernel. With `plain_object` set there is a
# second one, in which that object is as it was.
linux_rewritten() {
  linux "$@"
  rewritten=yes
  mapfile -t -O "${#inputs[@]}" inputs < <(cd "$GUESTS" && find ../{encoding,lpv}/src/main -type f | sort)
}

# debian_disk SUITE KIND: makes the recipe that calls it one of a Debian for armhf on a disk, with the kernel of that
# suite and an initial file system that has its drivers; `debian/packages` and `debian/packages.KIND` say what is
# installed. They are unpacked here, as any user; what they do when they are installed, they do on QEMU. root has no
# password.
# shellcheck disable=SC2034,SC2317
debian_disk() {
  local suite=$1 kind=$2
  needs=(busybox-armhf)
  inputs=(mkinitramfs run-qemu debian/packages "debian/packages.$kind" debian/unpack debian/configure debian/init)
  outputs=(disk.img vmlinuz initrd.gz version)
  eval "build() { build_debian_disk $suite $kind; }"
}
DISK_SIZE=3G
DISK_DRIVERS='virtio_mmio|virtio_blk|virtio-rng|crc16|crc32c_generic|libcrc32c|mbcache|jbd2|ext4|autofs4'
DISK_DRIVERS+='|failover|net_failover|virtio_net|netfs|fscache|9pnet|9pnet_virtio|9p'

build_debian_disk() {
  local arch=armhf:$1 work=$PWD image version run=() packages
  sources=$PWD/sources.list
  mirror_of "$1" >"$sources"
  apt_refresh "$arch"
  image=$(apt_for "$arch" apt-cache depends linux-image-armmp |
    sed -n 's/.*Depends: \(linux-image-[0-9].*-armmp\)$/\1/p')
  version=${image#linux-image-}
  mkdir kernel tree
  (cd kernel && deb "$arch" "$image")
  cp "kernel/boot/vmlinuz-$version" "$OUT/vmlinuz"
  echo "$version" >"$OUT/version"

  mkdir -p initrd/modules initrd/root
  find kernel/lib/ -name '*.ko*' | grep -E "/($DISK_DRIVERS)\.ko" | xargs -d '\n' cp -t initrd/modules
  find initrd -name '*.xz' -exec unxz {} +
  "$GUESTS/mkinitramfs" "$GUESTS/debian/init" "$CACHE/busybox-armhf/busybox" initrd | gzip -9n >"$OUT/initrd.gz"

  mapfile -t packages < <(sort "$GUESTS/debian/packages" "$GUESTS/debian/packages.$2")
  say "fetching ${#packages[@]} packages and what they need"
  mkdir -p debs/partial
  apt_for "$arch" apt-get -q -y --no-install-recommends -o Dir::Cache::archives="$PWD/debs/" --download-only \
    install "${packages[@]}"
  say "unpacking $(find debs -name '*.deb' | wc -l) packages"
  "$GUESTS/debian/unpack" tree debs/*.deb
  mkdir -p tree/usr/lib/modules
  (cd kernel/lib/modules && find "$version" -type f ! -path '*/kernel/drivers/*' ! -path '*/kernel/sound/*' \
    -exec cp --parents -t "$work/tree/usr/lib/modules" {} +)
  cp "$GUESTS/debian/configure" tree/configure
  echo swivel >tree/etc/hostname
  echo 'LABEL=debian / ext4 defaults 0 0' >tree/etc/fstab
  printf '[Match]\nType=ether\n[Network]\nDHCP=yes\n' >tree/etc/systemd/network/ethernet.network
  mkdir -p tree/etc/systemd/system/dev-ttyAMA0.device.d
  printf '[Unit]\nJobRunningTimeoutSec=infinity\n' >tree/etc/systemd/system/dev-ttyAMA0.device.d/slow-hosts.conf
  cp "$OUT/vmlinuz" "$OUT/initrd.gz" tree/boot
  # Whoever is not root, is it in a name space of his own, so that the files on the disk belong to root.
  ((EUID == 0)) || run=(unshare --map-root-user)
  "${run[@]}" mke2fs -q -t ext4 -L debian -d tree "$OUT/disk.img" $DISK_SIZE

  say "configuring on QEMU (some minutes)"
  QEMU_TIMEOUT=3600 \
    QEMU_ARGS="-m 1024 -drive if=none,id=disk,format=raw,cache=unsafe,file=$OUT/disk.img \
      -device virtio-blk-device,drive=disk" \
    "$GUESTS/run-qemu" "$OUT/vmlinuz" "$OUT/initrd.gz" "console=ttyAMA0 panic=-1 quiet init=/configure" | tee configured
  grep -q '^CONFIGURED' configured
}
