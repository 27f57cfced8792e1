package swivel.nativecore;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import swivel.arm.InstructionSet;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.pages.CodePage;
import swivel.cpu.pages.CodeSpace;
import swivel.memory.GuestMemory;

/**
 * Which pages of RAM a core may execute. A page is looked at when it is about to be executed, for each instruction set
 * and for kernels and programs apart. If it has no {@link SilentWords} it is the core's, until something is stored to
 * it: it counts as translated code ({@link CodeSpace}), so it is write-protected everywhere. Else the interpreter
 * executes it.
 */
final class NativeCode {
    private final CodeSpace code;
    private final GuestMemory memory;

    /** By page: whether it was looked at, and whether it is the core's, at the places of {@link #bit}. */
    private final byte[] known;

    private final byte[] allowed;

    /** Words that were found not to be silent, by {@link #bit}; zero is none in any set. Pages are looked at often. */
    private final int[][] harmless = new int[4][1 << HARMLESS_BITS];

    private static final int HARMLESS_BITS = 14;

    /** Spreads words that differ in a few bits over the table: 2^32 divided by the golden ratio. */
    private static final int SPREAD = 0x9e37_79b9;

    /** Where pages are executable in children. */
    private final Map<Integer, List<Place>> places = new HashMap<>();

    private record Place(NativeSpace space, int va) {}

    NativeCode(CodeSpace code) {
        this.code = code;
        this.memory = code.memory();
        this.known = new byte[(int) (memory.extent() >>> GuestMemory.PAGE_SHIFT)];
        this.allowed = new byte[known.length];
        code.watch(this::dropped);
    }

    private static int bit(boolean thumb, Sensitive sensitive) {
        return (sensitive == Sensitive.EXECUTE ? 1 : 4) << (thumb ? 1 : 0);
    }

    /** Both instruction sets: in one page code may go from one to the other without a stop. */
    private static int bits(Sensitive sensitive) {
        return bit(false, sensitive) | bit(true, sensitive);
    }

    /** Whether a page may be executable in a child; asks nobody. */
    boolean isNative(int page, Sensitive sensitive) {
        int bits = bits(sensitive);
        return (allowed[page] & bits) != 0 && (known[page] & bits) == (allowed[page] & bits);
    }

    /** The same for code of an instruction set that is about to be executed at an address: looks at it if need be. */
    boolean admits(int page, int va, boolean thumb, Sensitive sensitive) {
        int bit = bit(thumb, sensitive);
        if ((known[page] & bit) == 0) {
            CodePage lifted = code.page(page);
            if (lifted.patience > 0) { // it changes too often
                lifted.patience--;
                return false;
            }
            known[page] |= (byte) bit;
            if (thumb ? isThumbNative(page, sensitive) : isArmNative(page, va, sensitive)) {
                allowed[page] |= (byte) bit;
                lifted.addAllWords();
            } else {
                remap(page);
            }
        }
        return isNative(page, sensitive);
    }

    private boolean isSilent(InstructionSet set, int word, Sensitive sensitive) {
        int[] words = harmless[Integer.numberOfTrailingZeros(bit(set == InstructionSet.T32, sensitive))];
        int place = word * SPREAD >>> Integer.SIZE - HARMLESS_BITS;
        if (words[place] == word) {
            return false;
        }
        boolean silent = SilentWords.has(set, word, sensitive);
        if (!silent) {
            words[place] = word;
        }
        return silent;
    }

    private boolean isArmNative(int page, int va, Sensitive sensitive) {
        long gpa = memory.addressOf(page);
        BitSet literals = null;
        for (int at = 0; at < GuestMemory.PAGE_SIZE; at += 4) {
            int word = memory.read32(gpa + at);
            if (isSilent(InstructionSet.A32, word, sensitive) && !SilentWords.isData(word, va)) {
                if (literals == null) {
                    literals = SilentWords.literals(memory, gpa);
                }
                if (!literals.get(at)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isThumbNative(int page, Sensitive sensitive) {
        long gpa = memory.addressOf(page);
        for (int at = 0; at < GuestMemory.PAGE_SIZE; at += 2) {
            int first = memory.read16(gpa + at);
            int second = at + 2 < GuestMemory.PAGE_SIZE ? memory.read16(gpa + at + 2) : 0;
            if (isSilent(InstructionSet.T32, first, sensitive)
                    || isSilent(InstructionSet.T32, first << 16 | second, sensitive)) {
                return false;
            }
        }
        return true;
    }

    /** Notes where a page is executable now. */
    void note(int page, NativeSpace space, int va) {
        places.computeIfAbsent(page, _ -> new ArrayList<>()).add(new Place(space, va));
    }

    private void dropped(CodePage page) {
        known[page.number] = 0;
        allowed[page.number] = 0;
        remap(page.number);
    }

    private void remap(int page) {
        List<Place> executable = places.remove(page);
        if (executable != null) {
            for (Place place : executable) {
                place.space.changed(place.va);
            }
        }
    }
}
