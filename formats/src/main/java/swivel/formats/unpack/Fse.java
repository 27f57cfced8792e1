package swivel.formats.unpack;

import java.io.IOException;

/** A decoding table of finite state entropy (RFC 8878, 4.1). */
final class Fse {
    private final int log;
    private final byte[] symbols;
    private final byte[] bits;
    private final int[] bases;

    private Fse(int log) {
        this.log = log;
        this.symbols = new byte[1 << log];
        this.bits = new byte[1 << log];
        this.bases = new int[1 << log];
    }

    /** The table that knows one symbol only, and reads nothing. */
    static Fse single(int symbol) {
        Fse table = new Fse(0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    /** The table for a distribution of probabilities, where -1 is "less than one" (RFC 8878, 4.1.1). */
    static Fse of(int log, int... probabilities) {
        Fse table = new Fse(log);
        int size = 1 << log;
        int[] next = new int[probabilities.length];
        int high = size;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            if (probabilities[symbol] == -1) {
                table.symbols[--high] = (byte) symbol;
                next[symbol] = 1;
            }
        }
        int position = 0;
        int step = (size >> 1) + (size >> 3) + 3;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            if (probabilities[symbol] > 0) {
                next[symbol] = probabilities[symbol];
            }
            for (int i = 0; i < probabilities[symbol]; i++) {
                table.symbols[position] = (byte) symbol;
                do {
                    position = position + step & size - 1;
                } while (position >= high);
            }
        }
        for (int state = 0; state < size; state++) {
            int value = next[table.symbols[state] & 0xff]++;
            int count = log - (31 - Integer.numberOfLeadingZeros(value));
            table.bits[state] = (byte) count;
            table.bases[state] = (value << count) - size;
        }
        return table;
    }

    int symbol(int state) {
        return symbols[state] & 0xff;
    }

    int first(BackwardBits in) {
        return in.read(log);
    }

    int next(int state, BackwardBits in) {
        return bases[state] + in.read(bits[state]);
    }

    /** Reads the description of a table, and says where it ended. */
    static final class Reader {
        private final byte[] bytes;
        private final int end;
        private long position;

        Reader(byte[] bytes, int start, int end) {
            this.bytes = bytes;
            this.end = end;
            this.position = 8L * start;
        }

        /** The first byte behind the description. */
        int at() {
            return (int) (position + 7 >> 3);
        }

        Fse read(int maxLog, int maxSymbols) throws IOException {
            int log = bits(4) + 5;
            if (log > maxLog) {
                throw damaged();
            }
            int[] probabilities = new int[maxSymbols];
            int remaining = 1 << log;
            int symbol = 0;
            while (remaining > 0) {
                if (symbol >= maxSymbols) {
                    throw damaged();
                }
                int probability = probability(remaining);
                remaining -= Math.abs(probability);
                probabilities[symbol++] = probability;
                int repeat = probability == 0 ? 3 : 0;
                while (repeat == 3) {
                    repeat = bits(2);
                    symbol += repeat;
                    if (symbol > maxSymbols) {
                        throw damaged();
                    }
                }
            }
            if (remaining < 0 || at() > end) {
                throw damaged();
            }
            return of(log, probabilities);
        }

        /** A number of variable length: as many bits as what remains needs, or one less. */
        private int probability(int remaining) {
            int count = 32 - Integer.numberOfLeadingZeros(remaining + 1);
            int value = bits(count);
            int low = (1 << count - 1) - 1;
            int threshold = (1 << count) - 1 - (remaining + 1);
            if ((value & low) < threshold) {
                position--;
                value &= low;
            } else if (value > low) {
                value -= threshold;
            }
            return value - 1;
        }

        private int bits(int count) {
            int value = 0;
            for (int i = 0; i < count; i++) {
                int at = (int) (position >> 3);
                if (at < end) {
                    value |= (bytes[at] >> (int) (position & 7) & 1) << i;
                }
                position++;
            }
            return value;
        }

        private static IOException damaged() {
            return new IOException("it is damaged: a table of probabilities is wrong");
        }
    }
}
