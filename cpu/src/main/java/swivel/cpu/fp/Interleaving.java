package swivel.cpu.fp;

import swivel.cpu.FpRegisters;

/**
 * What the loads and stores of structures do to registers (ARM DDI 0406C, A3.2.1): structure {@code j} in memory is
 * element {@code j} of each of their registers. A layout is one number:
 *
 * <pre>
 *  31      24 23   16 15      8 7        0
 * +----------+-------+---------+----------+
 * |    0     | bytes | spacing | registers|   bytes of an element; from each register to the next; 2, 3 or 4 of them
 * +----------+-------+---------+----------+
 * </pre>
 */
public final class Interleaving {
    private Interleaving() {}

    /** Bytes of a register. */
    private static final int DOUBLEWORD = 8;

    public static int of(int registers, int spacing, int bytes) {
        return registers | spacing << 8 | bytes << 16;
    }

    public static int registers(int layout) {
        return layout & 0xff;
    }

    public static int spacing(int layout) {
        return layout >>> 8 & 0xff;
    }

    public static int bytes(int layout) {
        return layout >>> 16;
    }

    /** Whether a number is one for registers from {@code d} on. */
    public static boolean isValid(int layout, int d) {
        int registers = registers(layout);
        int bytes = bytes(layout);
        return registers >= 2
                && registers <= 4
                && (bytes == 1 || bytes == 2 || bytes == 4)
                && d + (registers - 1) * spacing(layout) < FpRegisters.REGISTERS / 2;
    }

    /** Where a byte of memory is: its number among those of all registers, of which each has eight. */
    public static int source(int layout, int at) {
        int bytes = bytes(layout);
        int element = at / bytes;
        int registers = registers(layout);
        return element % registers * DOUBLEWORD + element / registers * bytes + at % bytes;
    }

    /** Writes the structures of the registers from {@code d} on to the doublewords from {@code to} on, as in memory. */
    public static void interleave(int[] words, int d, int to, int layout) {
        for (int at = 0; at < registers(layout) * DOUBLEWORD; at++) {
            int source = source(layout, at);
            int register = d + source / DOUBLEWORD * spacing(layout);
            setByte(words, to * DOUBLEWORD + at, getByte(words, register * DOUBLEWORD + source % DOUBLEWORD));
        }
    }

    /** The registers from {@code d} on hold structures as in memory, one behind the other; gives each its elements. */
    public static void deinterleave(int[] words, int d, int layout) {
        int spacing = spacing(layout);
        long first = FpRegisters.doubleword(words, d);
        long second = FpRegisters.doubleword(words, d + spacing);
        long third = registers(layout) > 2 ? FpRegisters.doubleword(words, d + 2 * spacing) : 0;
        long fourth = registers(layout) > 3 ? FpRegisters.doubleword(words, d + 3 * spacing) : 0;
        for (int at = 0; at < registers(layout) * DOUBLEWORD; at++) {
            long from = switch (at / DOUBLEWORD) {
                case 0 -> first;
                case 1 -> second;
                case 2 -> third;
                default -> fourth;
            };
            int target = source(layout, at);
            int register = d + target / DOUBLEWORD * spacing;
            setByte(words, register * DOUBLEWORD + target % DOUBLEWORD, (int) (from >>> 8 * (at % DOUBLEWORD)));
        }
    }

    private static int getByte(int[] words, int at) {
        return words[at / 4] >>> 8 * (at % 4);
    }

    private static void setByte(int[] words, int at, int value) {
        int shift = 8 * (at % 4);
        words[at / 4] = words[at / 4] & ~(0xff << shift) | (value & 0xff) << shift;
    }
}
