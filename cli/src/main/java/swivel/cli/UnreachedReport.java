package swivel.cli;

import swivel.machine.VirtMachine;

/** What is said of memory that the guest was given and whose addresses it cannot say. */
final class UnreachedReport {
    private static final long FOUR_GIB = 1L << 32;

    private UnreachedReport() {}

    /** One line for the end of a run; null if there is none. */
    static String line(VirtMachine machine) {
        return line(
                machine.memory().size(),
                machine.memory().base() + machine.memory().size(),
                machine.vcpu().usesLongDescriptors());
    }

    static String line(long size, long end, boolean longDescriptors) {
        return longDescriptors || end <= FOUR_GIB
                ? null
                : ("the guest's page tables are of short descriptors (no LPAE): it did not reach %,d of its %,d MiB of"
                                + " memory, which lie above 4 GiB")
                        .formatted(end - FOUR_GIB >> 20, size >> 20);
    }
}
