package swivel.lpv;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import swivel.arm.Fields;
import swivel.formats.Bytes;
import swivel.formats.Symbols;
import swivel.lpv.CodeMap.Range;

/**
 * A flat image of a Linux kernel ({@code arch/arm/boot/Image}): where it is linked to, and where its code is
 * ({@code arch/arm/kernel/vmlinux.lds.S}).
 *
 * <p>The image begins with {@code _text}; code reaches to {@code _etext}. Read-only data follows, then the exception
 * vectors and their stubs, which are linked to the vector page but lie right in front of the code of initialization
 * ({@code _sinittext}).
 */
final class LinuxImage {
    private static final int PAGE = 4096;

    /** Where vectors and stubs are linked to: the high vectors, and the page behind them. */
    private static final int VECTORS = 0xffff0000;

    private static final int STUBS = VECTORS + PAGE;

    /**
     * The vector that is not a branch but {@code ldr pc, [pc, #…]}: SVC, whose handler's address is the first stub
     * word.
     */
    private static final int SVC_VECTOR = 2;

    /** Code may go on so far behind the last symbol; what the flow does not reach there is cut off again. */
    private static final int SLACK = 64 << 10;

    /** So many of the most-called functions elect the link address. */
    private static final int ELECTORS = 64;

    /** A function that is called less often is not among them. */
    private static final int ELECTOR_CALLS = 16;

    /** So many link addresses are put to the vote: a bound for a hostile image. */
    private static final int MAX_CANDIDATES = 1 << 20;

    /** The upper byte of {@code bl}. */
    private static final byte BL = (byte) 0xeb;

    private LinuxImage() {}

    /** The virtual address of the image's first byte, by its own symbols; empty if they do not tell. */
    static OptionalInt linkAddress(byte[] image, Symbols symbols) {
        for (String first : new String[] {"_text", "stext"}) {
            OptionalInt address = symbols.address(first);
            if (address.isPresent()) {
                return address;
            }
        }
        return elect(image, symbols);
    }

    /** The distance between symbols and the targets of calls that most pairs agree on. */
    private static OptionalInt elect(byte[] image, Symbols symbols) {
        int[] calls = new int[image.length / 4 + 1];
        for (int offset = 0; offset + 4 <= image.length; offset += 4) {
            if (image[offset + 3]
                    == BL) { // one byte is enough to look at, of millions of words while everything is slow
                int target = offset + CodeFlow.PC_AHEAD + Fields.branchOffset(Bytes.word(image, offset));
                if (target >= 0 && target < image.length) {
                    calls[target >>> 2]++;
                }
            }
        }
        PriorityQueue<Long> electors = new PriorityQueue<>();
        for (int i = 0; i < calls.length; i++) {
            if (calls[i] >= ELECTOR_CALLS) {
                electors.add((long) calls[i] << 32 | 4L * i);
                if (electors.size() > ELECTORS) {
                    electors.remove();
                }
            }
        }
        Map<Integer, Integer> votes = new HashMap<>();
        for (long elector : electors) {
            int target = (int) elector;
            for (int i = 0; i < symbols.size(); i++) {
                int base = symbols.address(i) - target;
                if (base % PAGE == 0 && votes.size() < MAX_CANDIDATES) {
                    votes.merge(base, 1, Integer::sum);
                }
            }
        }
        int base = 0;
        int most = electors.size() / 2;
        for (Map.Entry<Integer, Integer> entry : votes.entrySet()) {
            if (entry.getValue() > most) {
                most = entry.getValue();
                base = entry.getKey();
            }
        }
        return most > electors.size() / 2 ? OptionalInt.of(base) : OptionalInt.empty();
    }

    /** Where the image's code is. */
    static CodeMap code(byte[] image, int base, Symbols symbols) {
        int size = image.length & ~3;
        int init = symbols.address("_sinittext").orElse(base + size) - base;
        int lastOfText = 0;
        int lastOfInit = 0;
        for (int i = 0; i < symbols.size(); i++) {
            int offset = symbols.address(i) - base;
            if (offset >= 0 && offset < init) {
                lastOfText = Math.max(lastOfText, offset);
            } else if (offset >= init && offset < size) {
                lastOfInit = Math.max(lastOfInit, offset);
            }
        }
        CodeFlow flow = new CodeFlow(image);
        int text = Math.min(symbols.address("_etext").orElse(base + lastOfText + SLACK) - base, size);
        flow.addData(new Range(0, base, size & ~3));
        flow.addRange(new Range(0, base, text & ~3));
        flow.addStartAt(0, text & ~3);
        if (init < size) {
            addVectors(image, text & ~3, init & ~3, flow);
            int end = Math.min(symbols.address("_einittext").orElse(base + lastOfInit + SLACK) - base, size);
            flow.addRange(new Range(init & ~3, base + (init & ~3), end - init & ~3));
        }
        for (int i = 0; i < symbols.size(); i++) {
            flow.addEntry(symbols.address(i));
        }
        flow.follow();
        flow.trim();
        flow.followPointers(0, size);
        return flow;
    }

    /** Finds the vector tables, several where branch history is cleared, and the stubs behind the last. */
    private static void addVectors(byte[] image, int from, int to, CodeFlow flow) {
        int at = from;
        while (at + CodeFlow.VECTORS_SIZE <= to && !isVectors(image, at)) {
            at += 4;
        }
        int stubs = at;
        while (stubs + CodeFlow.VECTORS_SIZE <= to && isVectors(image, stubs)) {
            stubs += CodeFlow.VECTORS_SIZE;
        }
        if (stubs == at) {
            return;
        }
        for (int table = at; table < stubs; table += CodeFlow.VECTORS_SIZE) {
            flow.addRange(new Range(table, VECTORS, CodeFlow.VECTORS_SIZE));
            flow.addStartAt(table, stubs);
        }
        flow.addRange(new Range(stubs, STUBS, to - stubs));
    }

    private static boolean isVectors(byte[] image, int at) {
        for (int vector = 0; vector < CodeFlow.VECTORS_SIZE / 4; vector++) {
            int word = Bytes.word(image, at + 4 * vector);
            int distance = vector == SVC_VECTOR ? Fields.bits(word, 11, 0) : Fields.branchOffset(word);
            int target = 4 * vector + CodeFlow.PC_AHEAD + distance;
            boolean fits = vector == SVC_VECTOR ? word >>> 12 == 0xe59ff : word >>> 24 == 0xea;
            if (!fits || target < PAGE || target >= 2 * PAGE) {
                return false;
            }
        }
        return true;
    }
}
