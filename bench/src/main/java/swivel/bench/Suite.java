package swivel.bench;

import static swivel.bench.Guest.OWN_PATCHED;
import static swivel.bench.Guest.STOCK_PATCHED;

import java.util.ArrayList;
import java.util.List;

/** The benchmarks. Their programs are in guests/bench; docs/performance.md repeats the texts. */
final class Suite {
    private static final String TEXT = "head -c ${n}000 /data/text | ";

    private static final String SECRECY = "encryption of everything that goes over a network";

    private final List<Workload> workloads = new ArrayList<>();

    private Suite() {}

    static List<Workload> workloads() {
        Suite suite = new Suite();
        suite.busybox();
        suite.debian();
        suite.own();
        suite.systems();
        suite.boots();
        suite.recompiled();
        suite.floatingPoint();
        suite.simd();
        suite.programs();
        suite.disks();
        suite.folders();
        suite.network();
        suite.jobs();
        return suite.workloads;
    }

    /** As a table in Markdown. */
    static String describe(List<Workload> workloads) {
        StringBuilder text = new StringBuilder("| Benchmark | Cost centre | Why it matters |\n|---|---|---|\n");
        for (Workload one : workloads) {
            text.append("| `%s` | %s | %s |\n".formatted(one.path(), one.cost(), one.why()));
        }
        return text.toString();
    }

    private void busybox() {
        compute(
                "shell",
                "sh -c 'i=0; while [ $i -lt $n ]; do i=$((i+1)); done'",
                60_000,
                "parsing, short-lived allocations, indirect calls of busybox's ash; few system calls",
                "what boots, builds and tests are glued with");
        compute(
                "sha256",
                "sha256sum $(rep $n echo /data/text) | tail -n 1",
                10,
                "rotates, additions and logic in registers, one hot loop (busybox)",
                "the raw speed of the processor");
        compute(
                "md5",
                "md5sum $(rep $n echo /data/text) | tail -n 1",
                50,
                "a chain of dependent additions and rotates, unrolled (busybox)",
                "latency of emitted code rather than its throughput");
        compute(
                "gzip",
                TEXT + "gzip -c | wc -c",
                4000,
                "hash chains: byte loads, compares, branches that cannot be predicted (busybox)",
                "images and packages are compressed all day");
        compute(
                "bzip2",
                TEXT + "bzip2 -c | wc -c",
                1500,
                "block sort: random accesses to megabytes (busybox)",
                "cost of the page map where the data are larger than a cache");
        compute(
                "xz",
                TEXT + "/usr/bin/xz -2 -c | wc -c",
                1000,
                "match finder and range coder: long dependent chains with data-dependent branches (Debian)",
                "packages are compressed with it");
        compute(
                "grep",
                TEXT + "grep -cE '[aeiou]{3}.*(st|nd)$'",
                2500,
                "automaton over bytes: dependent loads, small inner loop (busybox)",
                "text tools; table-driven code");
        compute(
                "sort",
                TEXT + "sort | md5sum",
                4000,
                "merge sort of lines: strcmp through function pointers, allocation (busybox)",
                "text tools; call and return");
    }

    private void debian() {
        openssl("openssl-sha256", "-evp sha256", 5000, "assembly for ARMv4, scheduled by hand, wholly unrolled");
        openssl(
                "openssl-aes",
                "-evp aes-128-cbc",
                2500,
                "table look-ups in assembly: loads with scaled register offsets");
        openssl("openssl-rsa", "rsa2048", 20, "multiplications with 64-bit results, carries through flags");
        python(
                "python-nbody",
                "nbody.py",
                2500,
                "Python's loop and soft floating point: count leading zeros, long shifts",
                "armel has no FPU: every float of it costs this");
        python(
                "python-fannkuch",
                "fannkuch.py",
                8,
                6,
                "Python's loop: one large switch, reference counts, small lists",
                "interpreters are what scripts run in; large flat code");
        python(
                "python-json",
                "documents.py",
                8,
                "strings, dictionaries, conversion of numbers, allocation",
                "a mix like that of services");
        python(
                "python-regex",
                "regex.py",
                8,
                "backtracking matcher: an interpreter in an interpreter",
                "text processing");
        compute(
                "sqlite",
                "sqlite3 -cmd '.param init' -cmd '.param set :n '$n :memory: '.read /bench/rows.sql'",
                30_000,
                "bytecode loop, B-tree, memcpy and compares of records",
                "a whole program of the usual kind: flat code with branches everywhere");
    }

    private void own() {
        compute(
                "core",
                "core $n",
                10_000,
                "linked list, integer matrix, state machine, as CoreMark has them",
                "the usual yardstick of small processors");
        compute("sorts", "sorts $n", 40, "quicksort of integers; qsort of records", "loops of compare, branch, swap");
        compute(
                "switch",
                "switch $n",
                300,
                "an interpreter's switch: an indirect jump every few instructions",
                "indirect jumps are what binary translation is worst at");
        compute("calls", "calls $n", 2000, "recursion: calls, returns, the stack", "prediction of returns");
        compute(
                "flat",
                "flat $n",
                15_000,
                "1,024 functions, all equally hot: chaining of blocks, size of emitted code, instruction cache",
                "real programs have no single hot loop");
    }

    private void systems() {
        system(
                "fork+exec",
                "rep $n spawn 200",
                3,
                1,
                "page tables copied and dropped, page faults, TLB maintenance, code found again (200 times a unit)",
                "builds and shell scripts; where shadow page tables are weakest");
        system(
                "pipe",
                "pipe $n",
                15_000,
                "two system calls and two context switches a round trip",
                "latency between processes");
        system(
                "contexts",
                "contexts $n",
                4000,
                "switches of address space among eight processes, with a working set of sixteen pages each",
                "cached address spaces, ASIDs");
        system(
                "mmap",
                "mmap $n",
                6000,
                "mmap, two page faults, munmap with its TLB maintenance",
                "allocators and loaders; invalidation page by page");
        system(
                "faults",
                "faults $n",
                120,
                "page faults: exception entry and return, tables walked, shadow filled; every fourth round copies on"
                        + " write",
                "each new page of each process");
        system(
                "getppid",
                "getppid $n",
                1000,
                "SVC, the kernel's entry and exit, exception return (thousands)",
                "the floor under every system call");
        system(
                "signal",
                "signal $n",
                120,
                "a system call, user memory written by the kernel, return to a handler and back (thousands)",
                "user accesses of the kernel (LDRT and its like), CPU state switched");
    }

    private void boots() {
        for (Guest guest : Guest.values()) {
            boolean own = guest == OWN_PATCHED || guest == Guest.OWN_TRANSLATED;
            workloads.add(new Workload(
                    "boot",
                    Kind.BOOT,
                    guest,
                    1,
                    "",
                    1,
                    1,
                    own
                            ? "start of the emulator, loading, rewriting or unpacking, cold code, shadow fills, console"
                                    + " output"
                            : "the same for a kernel of many drivers; five sixths of it are self-tests of its ciphers",
                    own ? "what everyone waits for, every time" : "what a distribution ships"));
        }
        workloads.add(new Workload(
                "idle",
                Kind.MEMORY,
                OWN_PATCHED,
                1,
                "",
                1,
                1,
                "JVM, its heap and code, emitted code, shadow tables",
                "how many guests fit in a machine"));
    }

    /** Those of the above that compute with integers, or nearly, in Thumb-2 code. */
    private void recompiled() {
        List<String> others = List.of("openssl", "sqlite", "python-nbody");
        for (Workload one : List.copyOf(workloads)) {
            if (one.kind() == Kind.COMPUTE && others.stream().noneMatch(one.name()::startsWith)) {
                armhf(
                        one.name(),
                        Kind.INTEGER,
                        one.command(),
                        one.size(),
                        one.quick(),
                        "as `" + one.path() + "`",
                        "what is compiled today is Thumb-2 code");
            }
        }
    }

    private void floatingPoint() {
        bothPrecisions(
                "nbody",
                300,
                "products and sums of long-lived values, a root and a division for each pair",
                "simulation: arithmetic beside few loads");
        bothPrecisions(
                "spectral",
                800,
                "a division and two conversions of integers for each element",
                "latency of what takes longest, and the way between the two sets of registers");
        bothPrecisions(
                "mandelbrot",
                80,
                "chains of dependent products, a compare that moves its flags to the core for each step",
                "loops that end by a floating-point condition");
        bothPrecisions(
                "lu",
                120,
                "a product added to each element of a row: two loads, a store",
                "LINPACK's loop, which linear algebra lives on");
        bothPrecisions(
                "fft",
                1500,
                "butterflies: four products, six sums, loads and stores at growing distances",
                "sound, radio, pictures");
        bothPrecisions(
                "rays",
                200,
                "small functions with vectors in registers, roots, branches on signs",
                "graphics and geometry: calls that pass floats");
    }

    private void simd() {
        simd(
                "copy",
                15_000,
                "unaligned loads and stores of 16 bytes; the C library's memcpy for short records",
                "every program moves memory");
        simd(
                "filter",
                2500,
                "loads of three colours taken apart, widening sums, rounded narrowing, saturation",
                "pictures and video");
        simd("dct", 10_000, "widening products of 16-bit numbers, transposition of registers", "JPEG and video");
        simd(
                "matrix",
                10_000,
                "products by a lane added to sums; fused ones, and structures of four loaded and stored",
                "graphics and signal processing in single precision");
        simd(
                "sha256",
                10_000,
                "a schedule by shifts with insertion and extraction of neighbours, beside rounds in core registers",
                "OpenSSL's way without cryptographic instructions");
        simd(
                "aes",
                8000,
                "logic of whole registers, permutations of bytes by table look-up: bit-sliced",
                "OpenSSL's way without cryptographic instructions, in constant time");
        simd(
                "sad",
                800,
                "absolute differences of bytes accumulated, unaligned loads, six taps, rounded averages",
                "what encoders of video spend most time on");
    }

    private void programs() {
        armhf(
                "python-nbody",
                Kind.PROGRAM,
                script("nbody.py"),
                2500,
                250,
                "Python's loop; each operation of a float is a call and an allocation",
                "numerics in scripts");
        armhf(
                "python-numerics",
                Kind.PROGRAM,
                script("numerics.py"),
                40,
                4,
                "a product of matrices, complex numbers, the C library's functions, exact sums",
                "numerics in scripts");
        Workload sqlite = workloads.stream()
                .filter(one -> one.name().equals("sqlite"))
                .findFirst()
                .orElseThrow();
        armhf(
                "sqlite",
                Kind.PROGRAM,
                sqlite.command(),
                sqlite.size(),
                sqlite.quick(),
                sqlite.cost() + ", in Thumb-2 code",
                sqlite.why());
        for (String algorithm : List.of("sha256", "aes-128-cbc")) {
            armhf(
                    "openssl-" + algorithm.replace("-128-cbc", ""),
                    Kind.PROGRAM,
                    "speed $n -evp " + algorithm,
                    5000,
                    5000,
                    "assembly for ARMv7 with NEON (`openssl speed`)",
                    SECRECY);
        }
        armhf(
                "openssl-rsa",
                Kind.PROGRAM,
                "speed $n rsa2048",
                20,
                20,
                "long multiplications, with NEON where there is some (`openssl speed`)",
                SECRECY);
    }

    private void disks() {
        disk(
                "read",
                512,
                "requests of a megabyte in 256 buffers: the driver, the ring, copies",
                "loading of programs and data");
        disk("write", 512, "the same the other way", "copies of files, downloads");
        disk(
                "random-read",
                10,
                "a system call, a request of one page, an interrupt, a switch of threads (thousands)",
                "databases, starts of programs");
        disk("random-write", 10, "the same the other way (thousands)", "databases, logs");
        disk(
                "flush",
                200,
                "a page, and a flush behind it: the host's fdatasync, in both; a thread woken and woken by",
                "each commit of a database, each fsync of an editor or a package manager");
    }

    private void folders() {
        folder(
                "read",
                100,
                "messages of half a megabyte: the driver, the ring, the server's copies",
                "sources, results");
        folder("write", 100, "the same the other way", "what builds and tests leave");
        folder(
                "metadata",
                10,
                "a hundred files made, listed, looked at and removed (times): small messages, each a system call of the"
                        + " host",
                "git, make, unpacking");
    }

    private void network() {
        network("from-host", 100, "frames of 64 KiB: the cable, the host's socket, copies", "downloads");
        network("to-host", 100, "the same the other way", "uploads, results");
        network(
                "exchanges",
                4,
                "a number there and back (thousands): the vCPU, the network's thread, the server, each woken by"
                        + " another",
                "requests of services and databases");
    }

    private void jobs() {
        for (int cores : new int[] {1, 2, 4}) {
            workloads.add(new Workload(
                    "jobs-" + cores,
                    Kind.JOBS,
                    OWN_PATCHED,
                    cores,
                    "seq $n | xargs -P 4 -n 1 job && cat /tmp/sum.* | md5sum",
                    12,
                    4,
                    "tail, gzip, awk, sort, grep, md5sum, four jobs at a time on as many cores as the name says: starts"
                            + " of programs, what cores share",
                    "builds and tests"));
        }
    }

    private void disk(String name, int size, String cost, String why) {
        own("disk-" + name, Kind.DISK, size, cost, why);
    }

    private void folder(String name, int size, String cost, String why) {
        own("share-" + name, Kind.FOLDER, size, cost, why);
    }

    private void network(String name, int size, String cost, String why) {
        own("net-" + name, Kind.NETWORK, size, cost, why);
    }

    private void bothPrecisions(String name, int size, String cost, String why) {
        own(name, Kind.FLOAT, size, cost + "; double", why);
        own(name + "-single", Kind.FLOAT, size, cost + "; single", why);
    }

    private void simd(String name, int size, String cost, String why) {
        own("neon-" + name, Kind.SIMD, size, cost, why);
    }

    private void own(String name, Kind kind, int size, String cost, String why) {
        armhf(name, kind, name + " $n", size, Math.max(1, size / 10), cost, why);
    }

    private void armhf(String name, Kind kind, String command, int size, int quick, String cost, String why) {
        add(name, kind, OWN_PATCHED, command, size, quick, cost, why);
    }

    private void add(
            String name, Kind kind, Guest guest, String command, int size, int quick, String cost, String why) {
        workloads.add(new Workload(name, kind, guest, 1, command, size, quick, cost, why));
    }

    private void compute(String name, String command, int size, String cost, String why) {
        compute(name, OWN_PATCHED, command, size, Math.max(1, size / 10), cost, why);
    }

    private void compute(String name, Guest guest, String command, int size, int quick, String cost, String why) {
        add(name, Kind.COMPUTE, guest, command, size, quick, cost, why);
    }

    /**
     * On the stock kernel: threads of armel's C library need system calls with 32-bit times, which our own kernel has
     * not got.
     */
    private void openssl(String name, String algorithm, int size, String cost) {
        compute(name, STOCK_PATCHED, "speed $n " + algorithm, size, size, cost + " (`openssl speed`)", SECRECY);
    }

    private void python(String name, String script, int size, String cost, String why) {
        python(name, script, size, Math.max(1, size / 10), cost, why);
    }

    private void python(String name, String script, int size, int quick, String cost, String why) {
        compute(name, OWN_PATCHED, script(script), size, quick, cost, why);
    }

    private static String script(String file) {
        return "python3 -S /bench/" + file + " $n";
    }

    private void system(String name, String command, int size, String cost, String why) {
        system(name, command, size, size / 10, cost, why);
    }

    private void system(String name, String command, int size, int quick, String cost, String why) {
        add(name, Kind.SYSTEM, OWN_PATCHED, command, size, quick, cost, why);
    }
}
