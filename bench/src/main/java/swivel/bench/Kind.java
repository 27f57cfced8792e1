package swivel.bench;

/** What a benchmark measures, and what each one of them should reach. */
enum Kind {
    COMPUTE("Compute in the guest", "s", 1.3),
    SYSTEM("Work of the guest's kernel", "s", 2.0),
    BOOT("Process start to BOOT-OK", "s", 1.0),
    /** The goal is a difference and not a ratio: at most so many MiB more than QEMU. */
    MEMORY("Resident memory above the guest's RAM, idle shell", "MiB", 128);

    /** What the geometric mean of {@link #COMPUTE} should reach. */
    static final double COMPUTE_GEOMEAN = 2.5;

    final String title;

    /** Of what is measured. */
    final String unit;

    final double goal;

    Kind(String title, String unit, double goal) {
        this.title = title;
        this.unit = unit;
        this.goal = goal;
    }
}
