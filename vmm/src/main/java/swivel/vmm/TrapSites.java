package swivel.vmm;

import java.util.Arrays;

/**
 * What the loader of a rewritten kernel knows of the trap words in RAM. Two cases need it, for the words alone do not
 * tell: a supervisor call of the kernel's own that reads as an encoded instruction, and an encoded instruction that
 * user mode executes, where kernel and user code share an image (docs/encoding.md, rule 4).
 */
public final class TrapSites {
    /** Nothing is known: in privileged modes what reads as encoded is, in user mode it is not. */
    public static final TrapSites UNKNOWN = new TrapSites(new int[0], new int[0]);

    private final int[] encoded;
    private final int[] genuine;

    /**
     * Takes guest-physical addresses.
     *
     * @param encoded of the words that were encoded
     * @param genuine of the words that read as encoded and are not
     */
    public TrapSites(int[] encoded, int[] genuine) {
        this.encoded = sorted(encoded);
        this.genuine = sorted(genuine);
    }

    private static int[] sorted(int[] addresses) {
        int[] copy = addresses.clone();
        Arrays.sort(copy);
        return copy;
    }

    boolean isEncoded(long gpa) {
        return gpa >>> 32 == 0 && Arrays.binarySearch(encoded, (int) gpa) >= 0;
    }

    boolean isGenuine(long gpa) {
        return gpa >>> 32 == 0 && Arrays.binarySearch(genuine, (int) gpa) >= 0;
    }

    /** Whether there is any genuine word: looking for one costs a translation. */
    boolean hasGenuine() {
        return genuine.length > 0;
    }
}
