package swivel.vmm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import swivel.arm.InstructionSet;

/**
 * The sensitive instructions that a rewritten kernel executed as nobody had rewritten them, in modules from a disk or
 * code that it made while it ran: each trapped and was emulated. Counts executions, by place; a place is an address and
 * a word, since other code may come to the same address.
 */
public final class MissedInstructions {
    /** So many places are remembered; what traps elsewhere is only summed. */
    static final int MAX_PLACES = 256;

    private static final int TABLE = 2 * MAX_PLACES;
    private static final int HASH = 0x9e37_79b9;

    /** Open addressing: address above, of T32 with bit 0 set, word below; 0 is free, for no sensitive word is 0. */
    private final long[] places = new long[TABLE];

    private final long[] counts = new long[TABLE];
    private int remembered;
    private long elsewhere;

    /**
     * Where, what, how often.
     *
     * @param set the instruction set
     * @param address guest virtual
     * @param word the instruction
     * @param executed times
     */
    public record Place(InstructionSet set, int address, int word, long executed) {
        /** The instruction, as objdump writes it. */
        public String text() {
            return set.disassemble(word, address);
        }
    }

    void count(InstructionSet set, int address, int word) {
        int marked = set == InstructionSet.T32 ? address | 1 : address;
        long place = (long) marked << 32 | word & 0xffff_ffffL;
        int at = (address >>> 2 ^ word) * HASH >>> 32 - Integer.numberOfTrailingZeros(TABLE);
        while (places[at] != place) {
            if (places[at] == 0) {
                if (remembered == MAX_PLACES) {
                    elsewhere++;
                    return;
                }
                remembered++;
                places[at] = place;
                break;
            }
            at = at + 1 & TABLE - 1;
        }
        counts[at]++;
    }

    /** How many were executed. */
    public long executed() {
        long sum = elsewhere;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Of these, at places that are not remembered. */
    public long elsewhere() {
        return elsewhere;
    }

    /** The places that are remembered, the most executed first. */
    public List<Place> places() {
        List<Place> list = new ArrayList<>();
        for (int i = 0; i < TABLE; i++) {
            if (counts[i] > 0) {
                int address = (int) (places[i] >>> 32);
                InstructionSet set = (address & 1) != 0 ? InstructionSet.T32 : InstructionSet.A32;
                list.add(new Place(set, address & ~1, (int) places[i], counts[i]));
            }
        }
        list.sort(Comparator.comparingLong(Place::executed)
                .reversed()
                .thenComparing(Place::address, Integer::compareUnsigned));
        return list;
    }
}
