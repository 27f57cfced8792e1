package swivel.bench;

import static swivel.bench.Userland.ARMEL;
import static swivel.bench.Userland.ARMHF;

/** What a benchmark measures, and what each of them and their geometric mean should reach; NaN is no goal. */
enum Kind {
    COMPUTE(ARMEL, "Compute in the guest", "s", 1.3, 2.5),
    SYSTEM(ARMEL, "Work of the guest's kernel", "s", 2.0, Double.NaN),
    BOOT(ARMEL, "Process start to BOOT-OK", "s", 1.0, Double.NaN),
    /** The goal is a difference and not a ratio: at most so many MiB more than QEMU. */
    MEMORY(ARMEL, "Resident memory above the guest's RAM, idle shell", "MiB", 128, Double.NaN),
    INTEGER(ARMHF, "Compute in the guest, Thumb-2 code", "s", Double.NaN, 2.8),
    FLOAT(ARMHF, "Floating point, Thumb-2 code with VFP", "s", 2.5, 5),
    SIMD(ARMHF, "Advanced SIMD (NEON)", "s", 2, 4),
    PROGRAM(ARMHF, "Programs of Debian's armhf", "s", 2.5, Double.NaN),
    DISK(ARMHF, "A virtio disk in a raw image that the host has in memory", "s", 1.5, Double.NaN),
    FOLDER(ARMHF, "A shared folder (9p) that the host has in memory", "s", 1.5, Double.NaN),
    NETWORK(ARMHF, "TCP through the user-mode network to the host's loopback", "s", 1.5, Double.NaN),
    /** As many jobs at a time on any number of cores. */
    JOBS(ARMHF, "Jobs as of make -j4, on 1, 2 and 4 cores", "s", 1.5, Double.NaN);

    final Userland userland;

    final String title;

    /** Of what is measured. */
    final String unit;

    final double goal;

    /** Of the geometric mean. */
    final double meanGoal;

    Kind(Userland userland, String title, String unit, double goal, double meanGoal) {
        this.userland = userland;
        this.title = title;
        this.unit = unit;
        this.goal = goal;
        this.meanGoal = meanGoal;
    }
}
