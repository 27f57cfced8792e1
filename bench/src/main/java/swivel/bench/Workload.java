package swivel.bench;

import java.util.EnumSet;
import java.util.Set;

/**
 * Something that is measured.
 *
 * @param cores of the guest
 * @param command what the guest's shell times, with {@code $n} for its size; empty where the boot is what is measured
 * @param size makes QEMU take one to four seconds on two cores of 2024
 * @param quick size of {@code --quick}
 * @param cost where the time goes
 * @param why it matters
 */
record Workload(
        String name, Kind kind, Guest guest, int cores, String command, int size, int quick, String cost, String why) {
    /** The others measure what the guest's kernel or its devices do. */
    private static final Set<Kind> HOSTED = EnumSet.of(Kind.INTEGER, Kind.FLOAT, Kind.SIMD);

    /** What {@code --only} matches. */
    String path() {
        return guest.label + kind.userland.suffix + "/" + name;
    }

    /** Whether it is one of our own programs in C, that are compiled for the host, too. */
    boolean own() {
        return command.equals(name + " $n");
    }

    /** Whether the host's time is measured: of the code that compilers make of the same source for both. */
    boolean hosted() {
        return own() && HOSTED.contains(kind);
    }
}
