package swivel.formats.unpack;

import java.io.IOException;
import java.util.Arrays;

/** The Huffman codes of Zstandard's literals (RFC 8878, 4.2). */
final class Huffman {
    private static final int MAX_BITS = 11;
    private static final int MAX_WEIGHT_LOG = 6;

    private final int maxBits;
    private final byte[] symbols;
    private final byte[] lengths;

    private Huffman(int maxBits) {
        this.maxBits = maxBits;
        this.symbols = new byte[1 << maxBits];
        this.lengths = new byte[1 << maxBits];
    }

    /** How many bytes the description of a tree at an offset takes. */
    static int descriptionSize(byte[] bytes, int at) {
        int header = bytes[at] & 0xff;
        return 1 + (header < 128 ? header : (header - 126) / 2);
    }

    /** Reads the description of a tree: the weights of all symbols but the last, which follows from the others. */
    static Huffman read(byte[] bytes, int at, int end) throws IOException {
        int header = bytes[at] & 0xff;
        if (at + descriptionSize(bytes, at) > end) {
            throw damaged();
        }
        byte[] weights = new byte[256];
        int count = header - 127;
        if (header < 128) {
            count = compressedWeights(bytes, at + 1, at + 1 + header, weights);
        } else {
            for (int i = 0; i < count; i++) {
                int pair = bytes[at + 1 + i / 2];
                weights[i] = (byte) (i % 2 == 0 ? pair >> 4 & 15 : pair & 15);
            }
        }
        return ofWeights(weights, count);
    }

    private static int compressedWeights(byte[] bytes, int start, int end, byte[] weights) throws IOException {
        Fse.Reader reader = new Fse.Reader(bytes, start, end);
        Fse table = reader.read(MAX_WEIGHT_LOG, MAX_BITS + 2);
        BackwardBits in = new BackwardBits(bytes, reader.at(), end);
        int state = table.first(in);
        int other = table.first(in);
        int count = 0;
        while (count < 254) {
            weights[count++] = (byte) table.symbol(state);
            int next = table.next(state, in);
            if (in.left() < 0) {
                weights[count++] = (byte) table.symbol(other);
                return count;
            }
            state = other;
            other = next;
        }
        throw damaged();
    }

    private static Huffman ofWeights(byte[] weights, int count) throws IOException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > MAX_BITS) {
                throw damaged();
            }
            sum += weights[i] > 0 ? 1 << weights[i] - 1 : 0;
        }
        int maxBits = 32 - Integer.numberOfLeadingZeros(sum);
        int left = (1 << maxBits) - sum;
        if (sum == 0 || maxBits > MAX_BITS || Integer.bitCount(left) != 1) {
            throw damaged();
        }
        weights[count] = (byte) (Integer.numberOfTrailingZeros(left) + 1);
        Huffman tree = new Huffman(maxBits);
        int position = 0;
        for (int weight = 1; weight <= maxBits; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    int next = position + (1 << weight - 1);
                    Arrays.fill(tree.symbols, position, next, (byte) symbol);
                    Arrays.fill(tree.lengths, position, next, (byte) (maxBits + 1 - weight));
                    position = next;
                }
            }
        }
        return tree;
    }

    /** Decodes one stream, all of it. */
    void decode(byte[] bytes, int start, int end, byte[] out, int from, int to) throws IOException {
        BackwardBits in = new BackwardBits(bytes, start, end);
        for (int i = from; i < to; i++) {
            int code = in.peek(maxBits);
            out[i] = symbols[code];
            in.skip(lengths[code]);
        }
        if (in.left() != 0) {
            throw damaged();
        }
    }

    private static IOException damaged() {
        return new IOException("it is damaged: a Huffman code is wrong");
    }
}
