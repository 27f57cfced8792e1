# What people and CI do with the sources; `./swivel` builds and runs by itself.
MVN := JAVA_HOME="$$(scripts/java-home)" && export JAVA_HOME && mvn -B

.PHONY: test equivalence native debian bench format clean

# Tools and guests that the tests need, then all checks. Guests are cached in ~/.cache/swivel.
test:
	scripts/check-tree
	scripts/install-tools
	guests/build all
	$(MVN) -Pbench verify
	scripts/launcher-test

# Kernels from rewritten source against the same kernels rewritten as ELF (docs/rewriting.md); all four take an hour of
# two cores the first time. Some of them: make equivalence KERNELS=linux-v7-tiny
equivalence:
	scripts/install-tools
	scripts/equivalence --boot $(KERNELS)

# The native engine on an arm64 host that QEMU emulates, two minutes: guests print what they print on QEMU.
native:
	scripts/install-tools
	scripts/arm64-check --engine native hello exceptions mmu sensitive

# Debian 12 and 13 for armhf, with systemd, from a disk: what commands print there beside QEMU. Two hours of two cores; one of
# them: make debian SUITES=bookworm
debian:
	scripts/install-tools
	scripts/debian-check $(SUITES)

# The benchmarks beside QEMU, an hour: tables, bench/target/results.json and results.html. Parts: bench/run --jmh
bench:
	scripts/install-tools
	guests/build linux-v7 stock initramfs bench bench-armhf bench-native
	bench/run

format:
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
